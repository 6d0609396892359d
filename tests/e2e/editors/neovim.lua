-- The story in Neovim: finding, hover, fix, saved, finding gone. Started by test_editors.py with
-- `nvim --clean --headless -S`; SNIPPET is the configuration from docs/editors.md, FILE the program.
local function log(...)
  io.stdout:write(table.concat(vim.tbl_map(tostring, { ... }), " ") .. "\n")
end

local function wait(what, condition)
  if not vim.wait(240000, condition, 20) then
    error("timeout: " .. what)
  end
  log("ok", what)
end

local function story()
  vim.cmd("source " .. vim.fn.fnameescape(vim.env.SNIPPET))
  vim.cmd("filetype on")
  vim.cmd("edit " .. vim.fn.fnameescape(vim.env.FILE))
  local buffer = vim.api.nvim_get_current_buf()
  local function found()
    return vim.diagnostic.get(buffer)
  end

  wait("one finding", function()
    return #found() == 1
  end)
  local finding = found()[1]
  local line = vim.api.nvim_buf_get_lines(buffer, finding.lnum, finding.lnum + 1, false)[1]
  log("under the finding:", line:sub(finding.col + 1, finding.end_col))
  log("finding:", finding.message)

  vim.api.nvim_win_set_cursor(0, { finding.lnum + 1, (line:find("readings", 1, true)) })
  vim.lsp.buf.hover()
  local float
  wait("hover", function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= "" then
        float = window
        return true
      end
    end
  end)
  log("hover:", table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(float), 0, -1, false), " / "))
  vim.api.nvim_win_close(float, true)

  -- Neovim asks which action; the test takes the one that casts in the call.
  vim.ui.select = function(items, _, choose)
    for index, item in ipairs(items) do
      log("action:", item[2].title)
      if item[2].title:find(vim.env.ACTION, 1, true) then
        return choose(item, index)
      end
    end
    choose(nil, nil)
  end
  -- Fixes are offered once they were proven, so one who asks at once asks again.
  local tries = 0
  wait("fix applied", function()
    if vim.api.nvim_buf_get_lines(buffer, finding.lnum, finding.lnum + 1, false)[1] ~= line then
      return true
    end
    if tries % 50 == 0 then
      local context = { only = { "quickfix" }, diagnostics = vim.lsp.diagnostic.get_line_diagnostics() }
      vim.lsp.buf.code_action({ context = context })
    end
    tries = tries + 1
  end)
  wait("no finding", function()
    return #found() == 0
  end)
  vim.cmd("write")
  for _, client in pairs(vim.lsp.get_active_clients()) do
    client.stop()
  end
  log("PASS")
end

local ok, problem = pcall(story)
if not ok then
  log("FAIL", problem)
  vim.cmd("cquit 1")
end
vim.cmd("qall!")
