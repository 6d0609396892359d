"""Values for arguments by their names: what a person would write for `in_channels`, `num_heads` or `dropout`."""

from __future__ import annotations

import re
from typing import Any

import torch
from torch import nn

WIDTH = "width"
"""The profile changes these: sizes of layers, which must often agree with each other."""

_CLASSES = (
    r"(num|n)_?(classes|labels|outputs|actions|cls)|n_?class$|num_?class$|^classes|^nc$|^ncls$|class_?num|"
    r"label_?num|output_?classes|^nclass|num_way|tag(set)?_?(size|num)|num_?tags"
)
_TABLE: tuple[tuple[str, Any], ...] = (
    (r"^n_?dim$|^num_?dims$|^rank$", 2),
    (r"(num_?|n_?)?(attention_?|attn_?|kv_?|key_value_?)?heads?\d?$|nhead$|^h$|num_key_value_heads", (4, 4, 2, 1)),
    (r"head_?dim|dim_?head|head_?size|d_?k$|d_?v$|^dk$|^dv$|dim_?k(ey)?$|dim_?v(alue)?$|^dim_?qk$", (16, 8, 32, 64)),
    (_CLASSES, 10),
    (
        r"vocab|num_?embeddings|n_?tokens?$|num_?tokens|^ntoken|n_?words|num_?words|dict_?size|n_?symbols|"
        r"num_?(users|items|nodes|entities|relations)|n_?(users|items|nodes)$|n_src|n_trg|n_tgt",
        1000,
    ),
    (r"pad(ding)?_?(idx|index|id|token)$|_pad_idx$|(bos|sos|eos|unk|mask|cls|sep)_?(idx|id|token)", 1),
    (
        r"^(in_?)?(channels|chans|ch|c|nc|c_?in|in_?c|inp|ninput|input_?nc|inc)$|in_?channels?|"
        r"in_?chans?|in_?planes|input_?channels|in_?ch$|channels?_?in$|^c1$|in_?filters|img_?channels|"
        r"image_?channels|n_?channels?$|num_?channels?$|input_?depth|in_?size_?ch|^f_in$|x_channels|^inplane|"
        r"^channel$",
        (16, 32, 64, 3),
    ),
    (
        r"^(out_?)?(c_?out|outc|oup|noutput|output_?nc)$|out_?channels?|out_?chans?|out_?planes|planes|"
        r"filters?$|out_?ch$|channels?_?out$|^c2$|n_?filters|num_?filters|^width$|base_?(channels?|width|dim)|"
        r"^ngf$|^ndf$|mid_?(channels?|planes|ch)|growth_?rate|hidden_?channels?|n_?feats?|"
        r"num_?features?_?maps|init_?channels|^ch_out|^f_out$|squeeze_?(channels|planes)|expand\dx\d_planes|"
        r"bottle|^n\dx\d\w*$|pool_planes|out_?filters|^feat$|skip_channels",
        (32, 32, 64, 16),
    ),
    (
        r"d_?ff|ffn|mlp_?dim|intermediate|dim_?feedforward|inner_?dim|mlp_?hidden|d_?inner|forward_?expansion|"
        r"pf_?dim|d_?hid$|hidden_?features|mlp_size",
        (128, 64, 128, 256),
    ),
    (
        r"dropout|drop(_?(path|rate|prob|out))?$|^p$|p_?drop|drop_?\w+|(attn|proj|emb|resid)_?(p|drop|pdrop)$|"
        r"_pdrop$|^rate$|keep_?prob|noise_?std",
        0.1,
    ),
    (
        r"(num|n)_?(hidden_?)?(layers?|blocks?|stages|res_?blocks|stacks|resblocks|convs|levels|cells|"
        r"repeats?|resnet|flows|residual_?\w*|iter(ation)?s?)$|^depths?$|_?depth$|n_?layer$|^layers$|^blocks$|"
        r"repeat|^n_l|^num_layers|^l$|^n$|^num_block\w*",
        2,
    ),
    (r"kernel(_?size)?$|^k$|ksize|filter_?size|^ks$|kernel_?(width|height)|_kernel_size$|^conv_kernel", 3),
    (r"stride|down_?sample_?rate", 1),
    (r"^pad(ding)?$", 1),
    (r"dilation|groups$|^n_?groups$|^g$|cardinality|num_?groups", 1),
    (r"patch_?(size|dim|height|width)|^patch$|^p\d$", 8),
    (
        r"(img|image|input|in|frame|spatial|crop|map)_?(size|res|resolution|dim|height|width|h|w)$|"
        r"^resolution|input_?resolution|^img_?\w*size|^shape$|^size$|image_?size",
        32,
    ),
    (r"num_?frames|frames|n_?frames", 8),
    (
        r"max_?(seq_?)?(len(gth)?|size)|block_?size|context(_?(length|size|window))?$|seq_?(len(gth)?|size)$|"
        r"n_?ctx|max_?positions?\w*|window(_?size)?|^length$|sequence_?length|^seq$|max_?\w*_?len(gth)?$|"
        r"n_?steps|num_?steps|time_?steps|horizon|pred_?len|position_?size|^t$|num_patches|n_patches",
        32,
    ),
    (
        r"d_?model|embed(ding)?s?_?(dim|size)?$|emb(_?(dim|size|sz|ch|channels))?$|hidden(_?(dim|size|units|"
        r"state|sz|layer))?\d?$|n_?embd|model_?dim|^n?_?dims?$|^d$|n_?hid(den)?$|^nhid|latent(_?(dim|size|"
        r"features|channels))?|z_?(dim|size)|^nz$|feature_?(dim|size)|features?$|feat_?(dim|size)|"
        r"in_?features|input_?(dim|size|shape)|in_?dim|in_?size|n_?inputs?$|num_?inputs|input_?features|"
        r"n_?features?|num_?features?|nfeat|out_?features|output_?(dim|size|features)|out_?dim|out_?size|"
        r"n_?outputs?|num_?outputs|units|^ninp$|emsize|query_?dim|key_?dim|context_?dim|cond_?dim|"
        r"proj(ection)?_?(dim|size)|code_?dim|state_?(dim|size)|obs_?(dim|size)|action_?(dim|size)|_dim$|"
        r"_size$|_features$|_units$|_channels$|dim$|width$|fan_in|fan_out|n_in$|n_out$|^n_?h$|^m$|^e$|^f$|"
        r"channels$|^dim\w*|factors|n_?factor|^k_dim|^nf$|^size_\w+$",
        (64, 32, 64, 128),
    ),
    (
        r"reduction|ratio|scale(_?factor)?$|factor|expansion|multiplier|upscale\w*|^r$|^s$|^up$|compression|"
        r"mult$",
        2,
    ),
    (
        r"num_?(experts|codes|samples|points|clusters|components|mixtures|heads|slots|classes|queries|anchors|"
        r"scales|kernels|groups|partitions)|^n_?(samples|clusters|anchors|points)|topk|top_?k$|^num_\w+|"
        r"^n_\w+|^max_\w+",
        4,
    ),
    (r"eps(ilon)?$", 1e-5),
    (
        r"temperature|alpha|beta|gamma|tau|margin|sigma|momentum|^lr$|learning_?rate|weight_?decay|lambd?a?|"
        r"slope|threshold|gain|scale|std$|init_?\w*|smoothing|weight$|negative_slope|lambda_?\w*|range$|"
        r"prob\w*",
        0.5,
    ),
    (r"device", "device"),
    (r"dtype", "dtype"),
    (
        r"^(pretrained|verbose|debug|freeze\w*|return_\w+|progress|transposed|inverse|reverse|causal|is_\w+|"
        r"masked|quiet|tie\w*|last|final|use_checkpoint\w*|gradient_checkpointing|outermost|innermost|"
        r"only_\w+|no_\w+|with_\w+|downsample|down|upsample|shortcut_only)$",
        False,
    ),
    (
        r"bias|batch_?first|bidirectional|residual|shortcut|use_\w+|norm(alize)?$|bn$|batch_?norm|affine|"
        r"learn\w*|skip|has_\w+|add_\w+|relu$|activate|flag",
        True,
    ),
    (r"(non_?linearity|act(ivation)?\w*)$", "activation"),
    (r"norm\w*$|norm_?(layer|fn|type)", "norm"),
)
_COMPILED = tuple((re.compile(pattern), value) for pattern, value in _TABLE)
PROFILES = 4


def value(name: str, profile: int = 0) -> Any:
    """A value by name, or None. `profile` counts through the ways in which sizes may have to agree."""
    for pattern, found in _COMPILED:
        if pattern.search(name.lower()):
            return found[profile] if isinstance(found, tuple) else found
    return None


def is_classes(name: str) -> bool:
    """Whether the name stands for a number of classes."""
    return re.search(_CLASSES, name.lower()) is not None


def is_width(name: str) -> bool:
    """Whether the name stands for a size of layers."""
    return not re.search("head|d_?[kv]$", name, re.I) and next(
        (isinstance(found, tuple) for pattern, found in _COMPILED if pattern.search(name.lower())), False
    )


def settled(found: Any, called: bool, text: bool) -> Any:
    """The objects behind the words in the table.

    `called`: the argument is called in the constructor; `text`: it is a string.
    """
    if found == "activation":
        return "relu" if text else nn.ReLU if called else nn.ReLU()
    if found == "norm":
        return "batch" if text else nn.BatchNorm2d
    if found == "device":
        return "cpu" if text else torch.device("cpu")
    if found == "dtype":
        return torch.float32
    return found
