-- Drives Neovim's own client (0.7 or newer) through one life with a note; writes what it got to a file.
local file = vim.env.VAULT .. "/docs/a.md"
local said = {}
local function say(name, value) said[name] = value end

vim.cmd("filetype on")
dofile(vim.env.SETTINGS)
vim.cmd("edit " .. vim.fn.fnameescape(file))
local buffer = vim.api.nvim_get_current_buf()
local client
vim.wait(60000, function()
  client = next(vim.lsp.buf_get_clients(buffer))
  return client ~= nil
end, 50)

local function ask(method, params)
  local answers, problem = vim.lsp.buf_request_sync(buffer, method, params, 60000)
  assert(answers and answers[client] and not answers[client].error, method .. ": " .. vim.inspect(problem or answers))
  return answers[client].result
end
local function at(line, character)
  return { textDocument = { uri = vim.uri_from_bufnr(buffer) }, position = { line = line, character = character } }
end
local function messages()
  return vim.tbl_map(function(each) return each.message end, vim.diagnostic.get(buffer))
end
local function wait(test) assert(vim.wait(60000, test, 50), vim.inspect(messages())) end

wait(function() return #messages() > 1 end)
say("before", messages())
say("completion", vim.tbl_map(function(each) return each.label end, ask("textDocument/completion", at(2, 8))))
say("symbols", vim.tbl_map(function(each) return each.name end, ask("textDocument/documentSymbol", at(0, 0))))
local range = { start = { line = 2, character = 6 }, ["end"] = { line = 2, character = 6 } }
local actions = ask("textDocument/codeAction", {
  textDocument = { uri = vim.uri_from_bufnr(buffer) }, range = range, context = { diagnostics = {} },
})
say("fixes", vim.tbl_map(function(each) return each.title end, actions))
vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
say("line", vim.api.nvim_buf_get_lines(buffer, 2, 3, false)[1])
vim.cmd("write")
say("definition", ask("textDocument/definition", at(2, 8)).uri)
ask("workspace/executeCommand", { command = "notewright.run", arguments = { vim.uri_from_bufnr(buffer) } })
wait(function()
  return #vim.tbl_filter(function(each) return each:match("ZeroDivisionError") end, messages()) > 0
end)
say("after", messages())
say("hover", ask("textDocument/hover", at(5, 1)).contents.value)
vim.fn.writefile({ vim.json.encode(said) }, vim.env.SAID)
vim.cmd("qall!")
