-- Drives the language server through a headless Neovim, as its user would, and writes a line of JSON for each step: its name,
-- and why it failed if it did. What to run is the name in `LAWBOOK_PART`; the working directory is the project.

local DEADLINE = 10000

local results = assert(io.open(assert(vim.env.LAWBOOK_RESULTS), 'a'))
local failed = false

--- Runs a step, and writes how it ended. The first failure ends the run: what comes after it starts from its state.
local function step(name, run)
  if failed then
    return
  end
  local begin = vim.uv.hrtime()
  local ok, why = xpcall(run, debug.traceback)
  failed = not ok
  local millis = math.floor((vim.uv.hrtime() - begin) / 1e6)
  results:write(vim.json.encode({ step = name, why = not ok and why or nil, millis = millis }) .. '\n')
  results:flush()
end

--- Waits until a function answers with this value, and fails with what it answered instead.
local function expect(what, wanted, ask)
  local got
  local come = vim.wait(DEADLINE, function()
    got = ask()
    return vim.deep_equal(got, wanted)
  end, 5)
  if not come then
    error(('%s: wanted %s, got %s'):format(what, vim.inspect(wanted), vim.inspect(got)), 2)
  end
end

--- Waits until a function answers with something that is true, and returns it.
local function await(what, ask)
  local got
  vim.wait(DEADLINE, function()
    got = ask()
    return got
  end, 5)
  return got or error(what .. ': it did not come', 2)
end

local function client()
  return await('the client of the buffer', function()
    local found = vim.lsp.get_clients({ bufnr = 0, name = 'lawbook' })[1]
    return found and found.initialized and found
  end)
end

--- The findings that Neovim holds for a buffer: `LINE:COLUMN rule`, counted from one and in bytes, in their order.
local function findings(bufnr)
  local found = vim.diagnostic.get(bufnr or 0)
  table.sort(found, function(one, other)
    if one.lnum ~= other.lnum then
      return one.lnum < other.lnum
    end
    return one.col < other.col
  end)
  return vim.tbl_map(function(each)
    return ('%d:%d %s'):format(each.lnum + 1, each.col + 1, each.code or each.message)
  end, found)
end

local function expect_findings(what, wanted, bufnr)
  expect(what, wanted, function()
    return findings(bufnr)
  end)
end

--- The finding of a rule in the current buffer, as the server sent it.
local function finding(rule)
  local found = await('the finding of ' .. rule, function()
    return vim.iter(vim.diagnostic.get(0)):find(function(each)
      return each.code == rule
    end)
  end)
  return found.user_data.lsp, found
end

local function lines(bufnr)
  return vim.api.nvim_buf_get_lines(bufnr or 0, 0, -1, false)
end

local function write(path, text)
  local file = assert(io.open(path, 'w'))
  file:write(text)
  file:close()
end

--- Puts the cursor onto the finding of a rule.
local function go_to(rule)
  local _, found = finding(rule)
  vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
end

--- Asks for the code actions at the cursor as `gra` does, and chooses the first whose title has this pattern, if one is given.
--- Returns the titles of the menu.
local function code_actions(pattern, options)
  local titles
  local select = vim.ui.select
  vim.ui.select = function(items, opts, choose)
    titles = vim.tbl_map(opts.format_item, items)
    for index, title in ipairs(titles) do
      if pattern and title:find(pattern) then
        choose(items[index])
        return
      end
    end
    choose(nil)
  end
  vim.lsp.buf.code_action(options)
  await('the menu of code actions', function()
    return titles
  end)
  vim.ui.select = select
  return titles
end

--- True if a list of titles has one with this pattern.
local function has_title(titles, pattern)
  return vim.iter(titles):any(function(title)
    return title:find(pattern) ~= nil
  end)
end

local function children()
  return vim.api.nvim_get_proc_children(vim.fn.getpid())
end

--- Messages of the server that Neovim shows, newest last.
local messages = {}
for _, method in ipairs({ 'window/showMessage', 'window/logMessage' }) do
  local handler = vim.lsp.handlers[method]
  vim.lsp.handlers[method] = function(failure, params, context)
    table.insert(messages, { method = method, type = params.type, message = params.message })
    return handler(failure, params, context)
  end
end

local function shown(pattern)
  return vim.iter(messages):find(function(each)
    return each.message:find(pattern) ~= nil
  end)
end

local parts = {}

-- The file of the configuration folder, as a user copies it.
function parts.edit()
  step('the findings of a file that is opened', function()
    vim.cmd.edit('src/app.ts')
    expect_findings('src/app.ts', {
      '2:7 no-double-negation',
      '3:5 no-debugger-statement',
      '6:3 no-eval',
      '9:13 no-debugger-statement',
    })
    local sent = finding('no-eval')
    assert(sent.source == 'lawbook', sent.source)
    assert(sent.severity == vim.lsp.protocol.DiagnosticSeverity.Error, sent.severity)
    assert(sent.range['end'].line == 5 and sent.range['end'].character > 3, vim.inspect(sent.range))
    assert(client().server_info.name == 'lawbook', vim.inspect(client().server_info))
  end)

  step('the findings follow an edit, also behind letters of several bytes', function()
    vim.api.nvim_buf_set_lines(0, 0, 0, false, { 'const 名前 = "🦀é"; debugger;' })
    expect_findings('after the edit', {
      '1:26 no-debugger-statement',
      '3:7 no-double-negation',
      '4:5 no-debugger-statement',
      '7:3 no-eval',
      '10:13 no-debugger-statement',
    })
    vim.cmd.undo()
    expect_findings('after its undo', {
      '2:7 no-double-negation',
      '3:5 no-debugger-statement',
      '6:3 no-eval',
      '9:13 no-debugger-statement',
    })
  end)

  step('a buffer that does not parse has the findings of what is whole', function()
    vim.api.nvim_buf_set_lines(0, 0, 0, false, { 'function broken( {' })
    expect('the finding of the last line', true, function()
      return vim.tbl_contains(findings(), '7:3 no-eval')
    end)
    vim.cmd.undo()
    expect_findings('after its undo', {
      '2:7 no-double-negation',
      '3:5 no-debugger-statement',
      '6:3 no-eval',
      '9:13 no-debugger-statement',
    })
  end)

  step('a quick fix from the menu', function()
    go_to('no-double-negation')
    local titles = code_actions('^Remove the negations')
    assert(has_title(titles, '[Ss]uppress'), vim.inspect(titles))
    assert(has_title(titles, '[Tt]urn .*off'), vim.inspect(titles))
    expect('the line', '    if (list.length) {', function()
      return lines()[2] == '  if (list.length) {' and '    if (list.length) {' or lines()[2]
    end)
    expect_findings('after the fix', {
      '3:5 no-debugger-statement',
      '6:3 no-eval',
      '9:13 no-debugger-statement',
    })
  end)

  step('a finding without a fix has no quick fix, and a line without a finding no action', function()
    go_to('no-eval')
    local titles = code_actions()
    assert(not has_title(titles, '^Delete'), vim.inspect(titles))
    vim.api.nvim_win_set_cursor(0, { 1, 0 })
    local answer = client():request_sync('textDocument/codeAction', {
      textDocument = vim.lsp.util.make_text_document_params(0),
      range = vim.lsp.util.make_range_params(0, client().offset_encoding).range,
      context = { diagnostics = {} },
    }, DEADLINE, 0)
    local quick = vim.tbl_filter(function(action)
      return action.kind == 'quickfix'
    end, answer.result or {})
    assert(#quick == 0, vim.inspect(quick))
  end)

  step('fix all, as one change that is undone at once', function()
    local before = lines()
    -- What a script changes is one block of undo unless it ends the block.
    vim.bo.undolevels = vim.bo.undolevels
    vim.cmd.LspLawbookFixAll()
    expect_findings('after it', { '5:3 no-eval' })
    assert(lines()[8] == 'if (true) { first([]); }', lines()[8])
    vim.cmd.undo()
    assert(vim.deep_equal(lines(), before), vim.inspect(lines()))
    expect_findings('after its undo', {
      '3:5 no-debugger-statement',
      '6:3 no-eval',
      '9:13 no-debugger-statement',
    })
    vim.lsp.buf.code_action({ context = { only = { 'source.fixAll' }, diagnostics = {} }, apply = true })
    expect_findings('after that of the menu', { '5:3 no-eval' })
  end)

  step('a suppression, with the cursor in its reason', function()
    go_to('no-eval')
    local before = lines()
    code_actions('^Suppress `no%-eval` here')
    local start = await('the comment', function()
      local inserted = lines()[5]:match('^  // lawbook%-ignore no%-eval: ')
      return inserted and #inserted
    end)
    expect('the cursor', { 5, start }, function()
      return vim.api.nvim_win_get_cursor(0)
    end)
    -- The place of the reason is selected: what is typed replaces it.
    vim.api.nvim_feedkeys('the text is a constant of ours', 'tx', false)
    expect('the comment with its reason', '  // lawbook-ignore no-eval: the text is a constant of ours', function()
      return lines()[5]
    end)
    vim.cmd.stopinsert()
    expect_findings('after it', {})
    vim.api.nvim_buf_set_lines(0, 0, -1, false, before)
    vim.cmd.write({ mods = { silent = true } })
    expect_findings('without it', { '5:3 no-eval' })
  end)
end

-- The law of the project, from its own buffers.
function parts.law()
  step('turn a rule off here', function()
    vim.cmd.edit('src/other.ts')
    expect_findings('src/other.ts', { '2:3 no-debugger-statement' })
    go_to('no-debugger-statement')
    code_actions('^Turn .* off in `other%.ts`')
    local law = await('the buffer of the law', function()
      local found = vim.fn.bufnr('lawbook.toml')
      return found > 0 and vim.bo[found].modified and found
    end)
    assert(vim.deep_equal(lines(law), {
      '# The law of this project.',
      'extends = ["recommended", "./law"]',
      '',
      '[files]',
      'exclude = ["src/made/**"]',
      '',
      '[[overrides]]',
      'files = ["src/other.ts"]',
      'rules = { no-debugger-statement = "off" }',
    }), vim.inspect(lines(law)))
    vim.cmd.wall({ mods = { silent = true } })
    expect_findings('after it is written', {})
    vim.cmd.edit('src/third.ts')
    expect_findings('another file', { '1:1 no-debugger-statement' })
  end)

  step('mistakes in lawbook.toml stand at their place', function()
    vim.cmd.edit('lawbook.toml')
    vim.api.nvim_buf_set_lines(0, -1, -1, false, { '[rules]', 'no-unwarp = "error"' })
    local last = #lines()
    expect('the mistake', { last .. ':1' }, function()
      return vim.tbl_map(function(each)
        return ('%d:%d'):format(each.lnum + 1, each.col + 1)
      end, vim.diagnostic.get(0))
    end)
    vim.api.nvim_buf_set_lines(0, last - 1, last, false, { 'no-eval = "off"' })
    expect_findings('after it is right', {})
    -- It counts when it is written.
    vim.cmd.edit('src/eval.ts')
    expect_findings('by the law that is written', { '1:1 no-eval' })
    vim.cmd.wall({ mods = { silent = true } })
    expect_findings('by the new one', {})
    vim.cmd.edit('lawbook.toml')
    vim.api.nvim_buf_set_lines(0, last - 2, last, false, {})
    vim.cmd.write({ mods = { silent = true } })
    vim.cmd.buffer('src/eval.ts')
    expect_findings('by the law as it was', { '1:1 no-eval' })
  end)

  step('the page of a rule at the cursor', function()
    local answer = client():request_sync('textDocument/hover', {
      textDocument = vim.lsp.util.make_text_document_params(0),
      position = { line = 0, character = 1 },
    }, DEADLINE, 0)
    local contents = answer.result and answer.result.contents
    local text = type(contents) == 'table' and contents.value or contents
    assert(text and text:find('no%-eval'), vim.inspect(answer))
    vim.lsp.buf.hover()
    await('the window of the hover', function()
      return vim.iter(vim.api.nvim_list_wins()):any(function(win)
        return vim.api.nvim_win_get_config(win).relative ~= ''
      end)
    end)
  end)

  step('the blocks of a page are run by its lens', function()
    -- They are asked for by the configuration.
    vim.cmd.edit('law/export-by-name.md')
    local lens = await('a lens', function()
      return vim.iter(vim.lsp.codelens.get(0)):find(function(each)
        return each.command and each.command.command == 'lawbook.runPage'
      end)
    end)
    vim.api.nvim_win_set_cursor(0, { lens.range.start.line + 1, 0 })
    messages = {}
    vim.lsp.codelens.run()
    await('the result', function()
      return shown('2 blocks as the page says')
    end)
  end)

  step('a block that does not hold is said with its line, and a mistake in the head is a finding', function()
    local at = vim.iter(ipairs(lines())):find(function(_, line)
      return line == 'export function loadUser() {}'
    end)
    vim.api.nvim_buf_set_lines(0, at - 1, at, false, { 'export default loadUser' })
    messages = {}
    vim.lsp.codelens.run()
    await('the result', function()
      return shown(('line %d: finding in a good block'):format(at))
    end)
    vim.cmd.edit({ bang = true })
    local severity = vim.iter(ipairs(lines())):find(function(_, line)
      return line:find('^severity')
    end)
    vim.api.nvim_buf_set_lines(0, severity - 1, severity, false, { 'severity: fatal' })
    expect('the line of the mistake', { severity }, function()
      return vim.tbl_map(function(each)
        return each.lnum + 1
      end, vim.diagnostic.get(0))
    end)
    vim.cmd.edit({ bang = true })
    expect_findings('as it was', {})
  end)
end

-- Files that change their names, and the configuration on the disk.
function parts.files()
  step('the findings go with the buffer to another name', function()
    vim.cmd.edit('src/eval.ts')
    expect_findings('the first name', { '1:1 no-eval' })
    vim.cmd.saveas({ 'src/renamed.ts', mods = { silent = true } })
    vim.api.nvim_buf_set_lines(0, 0, 0, false, { '' })
    expect_findings('the second name', { '2:1 no-eval' })
    -- It is excluded by its name.
    vim.cmd.saveas({ 'src/made/out.ts', bang = true, mods = { silent = true } })
    vim.api.nvim_buf_set_lines(0, 0, 0, false, { '' })
    expect_findings('a name that is not checked', {})
    vim.cmd.bwipeout({ bang = true })
  end)

  step('lawbook.toml is written in this Neovim', function()
    vim.cmd.edit('src/third.ts')
    expect_findings('before', { '1:1 no-debugger-statement' })
    local code = vim.api.nvim_get_current_buf()
    vim.cmd.edit('lawbook.toml')
    vim.api.nvim_buf_set_lines(0, -1, -1, false, { '', '[rules]', 'no-debugger-statement = "warning"' })
    vim.cmd.write({ mods = { silent = true } })
    vim.cmd.buffer(code)
    expect('its level', { vim.diagnostic.severity.WARN }, function()
      return vim.tbl_map(function(each)
        return each.severity
      end, vim.diagnostic.get(code))
    end)
  end)
end

-- With watched files, which Neovim has off on Linux.
function parts.watched()
  step('lawbook.toml and a page are written by others', function()
    vim.cmd.edit('src/third.ts')
    expect_findings('before', { '1:1 no-debugger-statement' })
    local watching = await('the watched files', function()
      return client().dynamic_capabilities:get('workspace/didChangeWatchedFiles')
    end)
    assert(watching, vim.inspect(watching))
    write('lawbook.toml', 'extends = ["recommended", "./law"]\n[rules]\nno-debugger-statement = "off"\n')
    expect_findings('after it', {})
    write('lawbook.toml', 'extends = ["recommended", "./law"]\n')
    expect_findings('as it was', { '1:1 no-debugger-statement' })
    vim.cmd.edit('src/default.ts')
    expect_findings('by the page', { '1:1 export-by-name' })
    local page = table.concat(vim.fn.readfile('law/export-by-name.md'), '\n')
    write('law/export-by-name.md', (page:gsub('severity: warning', 'severity: error')) .. '\n')
    expect('its level', { vim.diagnostic.severity.ERROR }, function()
      return vim.tbl_map(function(each)
        return each.severity
      end, vim.diagnostic.get(0))
    end)
  end)
end

function parts.settings()
  local function set(settings)
    client().settings = { lawbook = settings }
    client():notify('workspace/didChangeConfiguration', { settings = client().settings })
  end

  step('the settings of the client', function()
    vim.cmd.edit('src/third.ts')
    expect_findings('before', { '1:1 no-debugger-statement' })
    set({ enable = false })
    expect_findings('not enabled', {})
    set({ enable = true, run = 'onSave' })
    expect_findings('enabled again', { '1:1 no-debugger-statement' })
    vim.api.nvim_buf_set_lines(0, 0, 0, false, { 'eval("1");' })
    vim.lsp.buf.hover()
    expect('nothing new before it is saved', false, function()
      return vim.iter(findings()):any(function(each)
        return each:find('no%-eval') ~= nil
      end)
    end)
    vim.cmd.write({ mods = { silent = true } })
    expect_findings('when it is saved', { '1:1 no-eval', '2:1 no-debugger-statement' })
    set({})
    vim.api.nvim_buf_set_lines(0, 0, 1, false, {})
    expect_findings('while it is typed', { '1:1 no-debugger-statement' })
    vim.cmd.write({ mods = { silent = true } })
  end)

  step('no findings where no lawbook.toml is, unless it is asked for', function()
    vim.cmd.edit('../bare/a.ts')
    local bare = client()
    assert(vim.lsp.buf_is_attached(0, bare.id))
    local answer = bare:request_sync('textDocument/diagnostic', {
      textDocument = vim.lsp.util.make_text_document_params(0),
    }, DEADLINE, 0)
    assert(#(answer.result.items or {}) == 0, vim.inspect(answer))
    set({ withoutConfiguration = true })
    expect_findings('asked for', { '1:1 no-debugger-statement' })
  end)

  step('a buffer without a name', function()
    vim.cmd.enew()
    vim.bo.filetype = 'typescript'
    vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'debugger;' })
    vim.cmd.edit('src/third.ts')
    expect_findings('the server lives', { '1:1 no-debugger-statement' })
  end)
end

function parts.stop()
  step('a server that is stopped leaves nothing', function()
    vim.cmd.edit('src/third.ts')
    client()
    assert(#children() > 0, 'the server is a child of Neovim')
    for _, each in ipairs(vim.lsp.get_clients()) do
      each:stop()
    end
    expect('the processes', {}, children)
    expect('the clients', {}, vim.lsp.get_clients)
  end)
end

-- The caller kills this Neovim.
function parts.killed()
  step('a server of a Neovim that will be killed', function()
    vim.cmd.edit('src/third.ts')
    expect_findings('before', { '1:1 no-debugger-statement' })
    write(vim.env.LAWBOOK_SERVER_PID, table.concat(children(), '\n'))
    vim.wait(60000, function()
      return false
    end)
  end)
end

for part in vim.gsplit(assert(vim.env.LAWBOOK_PARTS), ' ') do
  parts[part]()
end
results:close()
vim.cmd.qall({ bang = true })
