from __future__ import annotations

from annotated import inputs, quoted, returned, said

GOOGLE = '''
class Net(nn.Module):
    def forward(self, x, mask=None, lengths=None):
        """Encode.

        Args:
            x (torch.Tensor): frames of shape (B, T, 80),
                scaled to [0, 1].
            mask (torch.BoolTensor, optional): padding,
                shape (B, T). Defaults to None.
            lengths: [B]

        Returns:
            torch.Tensor: encoded frames (B, T, d_model)
        """
'''


def test_google_style() -> None:
    assert said(GOOGLE) == {
        "x": "(B, T, 80) <docstring>",
        "mask": "(B, T) bool? <docstring>",
        "lengths": "(B,) int64? <docstring>",
    }
    assert returned(GOOGLE) == ["(B, T, d_model)"]


def test_the_span_is_the_shape_where_it_stands() -> None:
    found = inputs(GOOGLE)
    assert quoted(GOOGLE, found["x"]) == "(B, T, 80)"
    assert quoted(GOOGLE, found["mask"]) == "(B, T)"
    span = found["mask"].span
    assert span is not None
    assert GOOGLE.split("\n")[span.line - 1].strip() == "shape (B, T). Defaults to None."


def test_the_span_counts_utf8_bytes() -> None:
    code = '''
    def f(x):
        """é.

        Args:
            x: größe → (B, T)
        """
    '''
    assert quoted(code, inputs(code)["x"]) == "(B, T)"


def test_numpy_style() -> None:
    code = '''
    class Net(nn.Module):
        def forward(self, x, y):
            """Add.

            Parameters
            ----------
            x : torch.Tensor, shape (B, C)
                Left.
            y : torch.Tensor
                Right, of shape (B, C) or (C,).

            Returns
            -------
            out : torch.Tensor
                Sum of shape (B, C)
            """
    '''
    assert said(code) == {"x": "(B, C) <docstring>", "y": "(B, C) | (C,) <docstring>"}
    assert returned(code) == ["out: (B, C)"]


def test_sphinx_and_epytext_style() -> None:
    code = '''
    def f(x, y, z):
        """Add.

        :param x: left, of shape (B, C)
            or so
        :type x: torch.LongTensor
        :param torch.Tensor y: right (B, C)
        @param z: more (B, 1)
        :return: the sum (B, C)
        """
    '''
    assert said(code) == {
        "x": "(B, C) int64 <docstring>",
        "y": "(B, C) <docstring>",
        "z": "(B, 1) <docstring>",
    }
    assert returned(code) == ["(B, C)"]


def test_transformers_style() -> None:
    code = '''
    class Model(nn.Module):
        def forward(self, input_ids=None, attention_mask=None):
            r"""
            Args:
                input_ids (`torch.LongTensor` of shape `(batch_size, sequence_length)`):
                    Indices of tokens.

                    [What are input IDs?](../glossary#input-ids)
                attention_mask (`torch.FloatTensor` of shape `(batch_size, sequence_length)`, *optional*):
                    Mask with values in `[0, 1]`.
            """
    '''
    assert said(code) == {
        "input_ids": "(batch_size, sequence_length) int64? <docstring>",
        "attention_mask": "(batch_size, sequence_length) float32? <docstring>",
    }


def test_bullets_and_lines_of_no_style() -> None:
    code = '''
    class Net(nn.Module):
        def forward(self, q, k, v, x):
            """
            * `q` and `k` have shape `[seq_len, batch_size, d_k]`
            - v: [seq_len, batch_size, d_v]
            x: (B, C)
            output: (B, C)
            """
    '''
    assert said(code) == {
        "q": "(seq_len, batch_size, d_k) <docstring>",
        "k": "(seq_len, batch_size, d_k) <docstring>",
        "v": "(seq_len, batch_size, d_v) <docstring>",
        "x": "(B, C) <docstring>",
    }
    assert returned(code) == ["(B, C)"]


def test_a_header_on_the_first_line_ends_where_the_next_begins() -> None:
    code = '''
    def f(x, y):
        """Args:
            x: (B, C)
            y: (B, D)
        Returns: (B, C + D)
        """
    '''
    assert said(code) == {"x": "(B, C) <docstring>", "y": "(B, D) <docstring>"}
    assert returned(code) == ["(B, C + D)"]


def test_a_shape_section_of_the_class() -> None:
    code = r'''
    class Conv(nn.Module):
        """Convolve.

        Args:
            size: (H, W) of the kernel

        Shape:
            - Input: :math:`(N, C_{in}, L)` where :math:`N` is the batch
            - Output: :math:`(N, C_{out}, L)`
        """

        def __init__(self, size):
            super().__init__()

        def forward(self, signal, size=None):
            return signal
    '''
    assert said(code) == {"signal": "(N, C_in, L) <class docstring>"}
    assert returned(code) == ["(N, C_out, L)"]


def test_the_docstring_of_forward_wins_over_that_of_the_class() -> None:
    code = '''
    class Net(nn.Module):
        """Shape:
            - Input: (N, C)
        """

        def forward(self, x):
            """x: (B, 3, H, W)"""
    '''
    assert said(code) == {"x": "(B, 3, H, W) <docstring>"}


def test_tex_in_a_docstring_that_is_not_raw_is_read_as_written() -> None:
    code = '''
    def f(x):
        """
        Args:
            x: of shape :math:`(N \\times T, \\text{dim})`
        """
    '''
    assert said(code) == {"x": "(N*T, dim) <docstring>"}


def test_several_results_keep_their_places() -> None:
    code = '''
    def f(x):
        """
        Args:
            x: (B, T, C)

        Returns:
            out (Tensor): features (B, T, D)
            weights (Tensor): attention
            mask (Tensor): (B, T)
        """
    '''
    assert returned(code) == ["out: (B, T, D)", "weights: ?", "mask: (B, T)"]


def test_a_result_that_holds_only_sometimes_claims_nothing() -> None:
    code = '''
    def f(x):
        """
        Args:
            x: (B, C)

        Returns:
            (B,) if reduction is 'none', else a scalar
        """
    '''
    assert returned(code) == []


def test_sizes_of_arguments_that_are_no_tensors_are_left_alone() -> None:
    code = '''
    def resize(x, size: tuple[int, int], mode: str):
        """
        Args:
            x: (B, C, H, W)
            size: new (height, width) of shape (H, W)
            mode: shape (A, B)
        """
    '''
    assert said(code) == {"x": "(B, C, H, W) <docstring>"}


def test_a_dict_and_a_list_of_dicts() -> None:
    code = '''
    class Loss(nn.Module):
        def forward(self, outputs, targets):
            """
            Params:
                outputs: This is a dict that contains at least these entries:
                     "pred_logits": Tensor of dim [batch_size, num_queries, num_classes] with the logits
                     "pred_boxes": Tensor of dim [batch_size, num_queries, 4]

                targets: This is a list of targets (len(targets) = batch_size), where each target is a dict containing:
                     "labels": Tensor of dim [num_target_boxes] with the class labels
                     "boxes": Tensor of dim [num_target_boxes, 4]
            """
    '''
    assert said(code) == {
        "outputs": "{pred_logits: (batch_size, num_queries, num_classes), pred_boxes: (batch_size, num_queries, 4)}"
        " <docstring>",
        "targets": "list[{labels: (num_target_boxes,) int64, boxes: (num_target_boxes, 4)}] <docstring>",
    }


def test_a_sentence_with_an_arrow_is_about_the_only_argument() -> None:
    code = '''
    class Up(nn.Module):
        def forward(self, x):
            """Double the size: (B, C, H, W) -> (B, C, 2*H, 2*W)."""
    '''
    assert said(code) == {"x": "(B, C, H, W) <docstring>"}
    assert returned(code) == ["(B, C, 2*H, 2*W)"]


def test_examples_in_a_docstring_are_no_entries() -> None:
    code = '''
    class Net(nn.Module):
        def forward(self, x, sizes=None):
            """Encode.

            .. code-block:: python

                sizes = (n_nodes, n_edges)

            For example::

                x: (3, 64, 7)

            ```
            x: (3, 64, 7)
            ```

            x: (B, C)
            """
    '''
    assert said(code) == {"x": "(B, C) <docstring>"}


def test_optional_is_said_beside_the_shape() -> None:
    code = r'''
    class Conv(nn.Module):
        r"""
        Shapes:
            - **inputs:**
              node features :math:`(|\mathcal{V}|, F_{in})`,
              edge indices :math:`(2, |\mathcal{E}|)`,
              edge features :math:`(|\mathcal{E}|, D)` *(optional)*
            - **outputs:** node features :math:`(|\mathcal{V}|, F_{out})`
        """

        def forward(self, x, edge_index):
            return x
    '''
    assert said(code)["x"] == "(|V|, F_in) <class docstring>"
    assert returned(code) == ["(|V|, F_out)"]


def test_what_a_function_returns_is_no_input() -> None:
    code = '''
    def f(translations):
        """Make a matrix.

        Convention:
            - ``translations`` is ``(dx, dy)`` in pixels; returns :math:`(B, 3, 3)` matrix

        Args:
            translations: a vector with shape :math:`(B, 2)`.
        """
    '''
    assert said(code) == {"translations": "(B, 2) <docstring>"}
