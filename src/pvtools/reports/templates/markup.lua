-- Turns the marked-up texts of one notebook into Typst or HTML, all in a single pandoc process.
--
-- Reads JSON on standard input:
--   {"to": "typst" | "html", "title": text, if given, "items": [...]}
-- where an item is a text, {"format": "gfm" | "html" | "latex", "text": …}, or a heading that a
-- piece brings along, {"level": 2, "ids": […]} (0: the piece has none). Writes JSON: the title, and for every item its
-- markup, the images it wants and the level its heading shall have.
--
-- Every text is parsed in pandoc's sandbox, so it cannot read files.

local job = pandoc.json.decode(io.read("a"), false)
local typst = job.to == "typst"
local options = pandoc.WriterOptions { html_math_method = "mathml", wrap_text = "none" }

local function write(blocks)
  return (pandoc.write(pandoc.Pandoc(blocks), job.to, options):gsub("%s+$", ""))
end

local function quote(text)
  return '"' .. text:gsub('[\\"]', "\\%0"):gsub("\n", "\\n") .. '"'
end

-- Raw HTML ---------------------------------------------------------------------------------
-- HTML is read as a document of its own, so that only what pandoc understands survives:
-- scripts, styles and event handlers do not.

local wrappers = {
  b = pandoc.Strong, strong = pandoc.Strong, i = pandoc.Emph, em = pandoc.Emph,
  s = pandoc.Strikeout, del = pandoc.Strikeout, u = pandoc.Underline,
  sub = pandoc.Subscript, sup = pandoc.Superscript,
}

local function is_html(el)
  return el.t == "RawInline" and el.format == "html"
end

local function inline_html(inlines)
  local out, i = pandoc.Inlines {}, 1
  while i <= #inlines do
    local el = inlines[i]
    if not is_html(el) then
      out:insert(el)
    else
      local tag = (el.text:match("^<%s*(%a+)") or ""):lower()
      if tag == "br" then
        out:insert(pandoc.LineBreak())
      elseif tag == "img" then
        out:extend(pandoc.utils.blocks_to_inlines(pandoc.read(el.text, "html", nil, {}).blocks))
      elseif wrappers[tag] then
        local inner, j = pandoc.Inlines {}, i + 1
        while j <= #inlines
            and not (is_html(inlines[j]) and inlines[j].text:lower():match("^</" .. tag .. "%s*>")) do
          inner:insert(inlines[j])
          j = j + 1
        end
        if inlines[j] then
          out:insert(wrappers[tag](inline_html(inner)))
          i = j
        end
      end
    end
    i = i + 1
  end
  return out
end

local function block_html(el)
  if el.format ~= "html" then return {} end
  return pandoc.read(el.text, "html", nil, {}).blocks
end

-- Attributes carry nothing a reader sees, and in HTML may carry a script.
local function bare(el)
  el.attr = pandoc.Attr()
end

local function bare_rows(rows)
  for _, row in ipairs(rows) do
    bare(row)
    for _, cell in ipairs(row.cells) do bare(cell) end
  end
end

local function bare_table(tbl)
  bare(tbl)
  for _, part in ipairs({ tbl.head, tbl.foot }) do
    bare(part)
    bare_rows(part.rows)
  end
  for _, body in ipairs(tbl.bodies) do
    bare(body)
    bare_rows(body.head)
    bare_rows(body.body)
  end
  return tbl
end

local function is_hidden(el)
  local attributes = el.attributes
  return attributes and (attributes.hidden or attributes["aria-hidden"] == "true"
    or (attributes.style or ""):lower():find("display%s*:%s*none")
    or (attributes.style or ""):lower():find("visibility%s*:%s*hidden"))
end

local plain = {
  Block = function(el)
    if is_hidden(el) then return {} end
    if el.t == "Table" then return bare_table(el) end
    if el.attr then
      local code = el.t == "CodeBlock" and typst and el.classes[1]
      -- As in look.typ, no line is without a character.
      if el.t == "CodeBlock" and typst then
        el.text = el.text:gsub("\n\n", "\n \n"):gsub("\n\n", "\n \n")
      end
      -- An id is a word, as pandoc makes them of headings.
      local id = el.t == "Header" and not el.identifier:find("[%s%c\"'<>&`=]") and el.identifier
      el.attr = pandoc.Attr(id or "", code and { code } or {})
      return el
    end
  end,
  Inline = function(el)
    if is_hidden(el) then return {} end
    if el.attr then el.attr = pandoc.Attr() end
    return el
  end,
  RawInline = function() return {} end,
  RawBlock = function() return {} end,
}

-- HTML holds formulas as Jupyter shows them, and LaTeX commands that only its author knows.
local READERS = {
  html = "html+tex_math_dollars+tex_math_single_backslash", latex = "latex+raw_tex",
}
local UNKNOWN = "unknown" -- the class of what stands as it was written

local function as_written(el)
  if el.format ~= "latex" and el.format ~= "tex" then return end
  local code = pandoc.Code(el.text, { class = UNKNOWN })
  return el.t == "RawBlock" and pandoc.Para { code } or code
end

-- What HTML a Markdown text held is passed on: what of it no page can show is then named.
local function read(item)
  local doc, raw = pandoc.read(item.text, READERS[item.format] or item.format, nil, {}), pandoc.List {}
  item.unknown = 0
  local function note(el) if el.format == "html" then raw:insert(el.text) end end
  doc:walk({ RawBlock = note, RawInline = note })
  item.raw_html = table.concat(raw)
  doc = doc:walk({ RawBlock = as_written, RawInline = as_written })
  doc:walk({ Code = function(el) if el.classes:includes(UNKNOWN) then item.unknown = item.unknown + 1 end end })
  return doc:walk({ RawBlock = block_html }):walk({ Inlines = inline_html }):walk(plain).blocks
end

-- Formulas ---------------------------------------------------------------------------------
-- What MathJax takes and pandoc does not is left out where it carries nothing but a look.
local LOOKS = { "textcolor", "style", "class", "cssId", "href" }
local NAMES = { Bbb = "mathbb", dcases = "cases" }

local function tidy(el)
  local text = el.text
  for _, name in ipairs({ "notag", "nonumber", "displaylimits", "hfill", "large", "Large", "small" }) do
    text = text:gsub("\\" .. name .. "%f[%A]%s*", "")
  end
  for _, name in ipairs(LOOKS) do
    text = text:gsub("\\" .. name .. "%s*%b[]%s*", "\\" .. name)
    text = text:gsub("\\" .. name .. "%s*%b{}%s*(%b{})", "%1")
  end
  text = text:gsub("\\bbox%s*%b[]%s*(%b{})", "%1"):gsub("\\require%s*%b{}", "")
  text = text:gsub("\\rm%s*(%b{})", "\\mathrm%1"):gsub("%a+", NAMES)
  el.text = text
  return el
end

-- Equations --------------------------------------------------------------------------------
-- As in LaTeX, an equation with a label has a number, and a reference becomes that number. It is
-- written at the end of the row: neither MathML nor Typst's alt text knows numbers of equations.
local ROWS = { align = true, alignat = true, eqnarray = true, flalign = true, gather = true }
local WHOLE = { equation = true, multline = true }
local numbers, counted = {}, 0

local function number_row(row, within)
  local labels, tag = pandoc.List {}, nil
  row = row:gsub("%s*\\label%s*(%b{})", function(label) labels:insert(label) return "" end)
  row = row:gsub("%s*\\tag%*?%s*(%b{})", function(given) tag = given:sub(2, -2) return "" end)
  if #labels > 0 and not tag then
    counted = counted + 1
    tag = tostring(counted)
  end
  for _, label in ipairs(labels) do numbers[label] = tag end
  if not tag then return row end
  local body, ending
  if within then body, ending = row:match("^(.*)(\\end%s*%b{}%s*)$") end
  return (body or row):gsub("%s+$", "") .. "\\qquad(" .. tag .. ")" .. (ending or "")
end

local function number(el)
  local text = el.text
  local _, labels = text:gsub("\\label", "")
  local _, tags = text:gsub("\\tag", "")
  if labels + tags == 0 then return end
  local environment = text:match("^%s*\\begin{(%a+)%*?}") or ""
  if ROWS[environment] and (labels > 1 or tags > 1) then
    local rows = pandoc.List {}
    for row in (text .. "\\\\"):gmatch("(.-)\\\\") do rows:insert(number_row(row, true)) end
    el.text = table.concat(rows, "\\\\")
  else
    el.text = number_row(text, ROWS[environment] or WHOLE[environment])
  end
  return el
end

local function refer(el)
  el.text = el.text:gsub("\\(e?q?ref)%s*(%b{})", function(how, label)
    local found = (how == "ref" or how == "eqref") and numbers[label]
    return found and (how == "eqref" and "(" .. found .. ")" or found)
  end)
  return el
end

-- Headings ---------------------------------------------------------------------------------

local function headings_of(contents)
  local all = pandoc.List {}
  for i, item in ipairs(job.items) do
    if not item.text then
      if item.level > 0 then all:insert({ item = item, level = item.level }) end
    else
      contents[i]:walk({ Header = function(el)
        all:insert({ text = pandoc.utils.stringify(el), content = el.content, level = el.level })
      end })
    end
  end
  return all
end

-- The first heading is the title if it is of level 1 and no other title was given.
local function find_title(headings)
  local first = headings[1]
  if first and first.content and first.level == 1
      and (not job.title or job.title == first.text) then
    first.is_title = true
    return { text = first.text, content = first.content }
  end
  for _, heading in ipairs(headings) do
    if not job.title and heading.content and heading.level == 1 then
      return { text = heading.text, content = heading.content }
    end
  end
end

-- Every heading goes one level below the nearest one before it that ranks higher: no level is
-- skipped, and only the title is of level 1.
local function set_levels(headings)
  local above = pandoc.List {}
  for _, heading in ipairs(headings) do
    if not heading.is_title then
      while #above > 0 and above[#above] >= heading.level do above:remove() end
      above:insert(heading.level)
      heading.level = math.min(#above + 1, 6)
      if heading.item then heading.item.level = heading.level end
    end
  end
end

-- Identifiers are unique across the page; a link inside the page that leads nowhere is unwrapped.
local ids = {}

local function apply_headings(contents, headings)
  for _, item in ipairs(job.items) do
    for _, id in ipairs(item.ids or {}) do ids[id:lower()] = id end
  end
  local texts = headings:filter(function(heading) return not heading.item end)
  local n = 0
  for i = 1, #job.items do
    if contents[i] then
      contents[i] = contents[i]:walk({ Header = function(el)
        n = n + 1
        if texts[n].is_title then return {} end
        el.level = texts[n].level
        local key = el.identifier:lower()
        if ids[key] then el.identifier = "" else ids[key] = el.identifier end
        return el
      end })
    end
  end
end

-- What the writers do not do by themselves ---------------------------------------------------

local function beside(name) return assert(loadfile((arg[0]:gsub("markup%.lua$", name)))) end

local tables = beside("tables.lua")(typst, write)
local in_words = beside("formulas.lua")()

-- An address as a browser reads it: the ends trimmed, no tabs and no breaks of line.
local function address(target)
  return (target:gsub("[\t\n\r]", ""):gsub("^[\0-\32]+", ""):gsub("[\0-\32]+$", ""))
end

-- Where a link may lead out of the page. Any other becomes its text: what lies beside a notebook
-- does not lie beside its report, and whatever is not on this list might run or open something.
local function may_leave(target)
  local scheme, rest = target:match("^(%a+):(.+)$")
  scheme = scheme and scheme:lower()
  if target:find("%c") then return false end
  if scheme == "http" or scheme == "https" then return rest:match("^//[^/\\]") ~= nil end
  return scheme == "mailto"
end

local counter = 0

local AMPERSAND = "\u{E000}" -- a character nobody uses, until it is Typst's

-- Badges lead to services; what they say is all they are on a page.
local function is_badge(src)
  return src:match("^https?://") and (src:match("badge") or src:match("shields%.io")
    or src:match("/open%-in%-") or src:match("/launch%-in%-"))
end

local function finish(blocks)
  local images = pandoc.List {}
  local function image(el)
    if is_badge(el.src) then
      return #el.caption > 0 and el.caption or pandoc.Inlines { pandoc.Str "badge" }
    end
    counter = counter + 1
    local name = "image-" .. counter
    images:insert({ name = name, src = el.src, alt = pandoc.utils.stringify(el.caption) })
    if typst then
      return pandoc.RawInline("typst",
        "#picture(" .. quote(name) .. ", " .. quote(images[#images].alt) .. ")")
    end
    el.src = name
    return el
  end
  local as_written = 0
  local function maths(el)
    -- Pandoc takes an ampersand that is meant for a place to align.
    local text = typst and el.text:gsub("\\(.)", { ["&"] = AMPERSAND }) or el.text
    local equation = write({ pandoc.Plain { pandoc.Math(el.mathtype, text) } })
    local source = el.text:gsub("^%s+", ""):gsub("%s+$", "")
    if not equation:find(typst and "^%$" or "<math") then -- pandoc left it as it was written
      as_written = as_written + 1
      return pandoc.Code(source)
    end
    if not typst then return nil end
    equation = equation:gsub(AMPERSAND, "\\u{26}")
    local words = in_words(pandoc.write(pandoc.Pandoc { pandoc.Plain { el } }, "html", options))
    return pandoc.RawInline("typst", "#described(" .. quote(words) .. ", " .. equation .. ")")
  end
  local function link(el)
    local target = address(el.target)
    if target:sub(1, 1) == "#" then
      local id = ids[target:sub(2):lower()]
      target = id and "#" .. id
    elseif not may_leave(target) then
      target = nil
    end
    if not target then return el.content end
    el.target = target
    el.title = ""
    return el
  end
  local function figure(el)
    local said = pandoc.utils.stringify(el.caption.long)
    local alt = ""
    el:walk({ Image = function(found) alt = pandoc.utils.stringify(found.caption) end })
    if said ~= "" and said ~= alt then el.content:extend(el.caption.long) end
    return el.content:walk({ Plain = function(plain) return pandoc.Para(plain.content) end })
  end
  blocks = blocks:walk({ Figure = figure, Table = tables.fit, Link = link })
  blocks = blocks:walk({ Image = image, Math = maths })
  if typst then blocks = blocks:walk({ Table = tables.as_rows }) end
  return write(blocks), images, as_written
end

-- Footnotes are numbered anew in every text; in one web page their ids must differ.
local function own_notes(markup, i)
  return (markup:gsub('(["#])(fn%a*)(%d+)"', "%1%2" .. i .. '-%3"')
    :gsub('id="footnotes"', 'id="footnotes-' .. i .. '"'))
end

local contents, out = {}, pandoc.List {}
for i, item in ipairs(job.items) do
  if item.text then contents[i] = read(item):walk({ Math = tidy }):walk({ Math = number }) end
end
for i, blocks in pairs(contents) do contents[i] = blocks:walk({ Str = refer, Math = refer }) end
local headings = headings_of(contents)
local title = find_title(headings)
set_levels(headings)
apply_headings(contents, headings)
for i, item in ipairs(job.items) do
  if contents[i] then
    local markup, images, as_written = finish(contents[i])
    out:insert({
      markup = typst and markup or own_notes(markup, i), images = images,
      raw_html = job.items[i].raw_html, as_written = as_written + item.unknown,
    })
  else
    out:insert({ level = item.level })
  end
end
if title then -- a title is words: a picture in it says what it shows
  local words = title.content:walk({ Image = function(el) return el.caption end })
  title = { text = title.text, markup = (finish(pandoc.Blocks { pandoc.Plain(words) })) }
end
print(pandoc.json.encode({ title = title, items = out }))
