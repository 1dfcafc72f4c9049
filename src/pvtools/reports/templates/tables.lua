-- Tables as pandoc's writers do not set them by themselves: numbers to the right, a header for each
-- column, and on paper no wider than the page. Called with what markup.lua writes, and how.

local typst, write = ...
local tables = {}

local function is_number(text)
  return text:match("^[−–+-]?[£$€]?%d[%d,.]*[eE]?[+-]?%d*%s?%%?$") ~= nil
    or text == "" or text == "NaN" or text == "–" or text == "—"
end

-- Calls `visit` with each cell of these rows and the column in which it begins: cells that reach
-- down from rows above push those below to the right.
local function each_cell(rows, visit)
  local reaching = {}
  for r, row in ipairs(rows) do
    local column = 1
    for _, cell in ipairs(row.cells) do
      while (reaching[column] or 0) > 0 do
        reaching[column] = reaching[column] - 1
        column = column + 1
      end
      visit(cell, column, r)
      for _ = 1, cell.col_span do
        reaching[column] = cell.row_span - 1
        column = column + 1
      end
    end
    while (reaching[column] or 0) > 0 do
      reaching[column] = reaching[column] - 1
      column = column + 1
    end
  end
end

-- Tables of more columns than this are set smaller, so that words do not run into each other.
local WIDE = 7
-- So many characters are as wide as the page, in such a table; a longer word than this may break.
local LINE, WORD = 105, 14

-- Columns of a table that stand side by side on paper: one list, or more if the page is too narrow.
-- The first column, or all that name the rows, begin each.
local function divided(tbl)
  local least = {}
  local function measure(cell, column)
    if cell.col_span > 1 then return end
    for word in pandoc.utils.stringify(cell.contents):gmatch("[^%s_]+") do
      least[column] = math.max(least[column] or 1, math.min(utf8.len(word) or WORD, WORD))
    end
  end
  each_cell(tbl.head.rows, measure)
  for _, body in ipairs(tbl.bodies) do each_cell(body.body, measure) end
  local names = math.min(math.max(tbl.bodies[1] and tbl.bodies[1].row_head_columns or 0, 1), 3)
  local parts, room, before = pandoc.List {}, 0, 0
  for column = 1, #tbl.colspecs do
    local width = (least[column] or 1) + 1.5
    if column <= names then
      before = before + width
    elseif #parts == 0 or room + width > LINE then
      parts:insert(pandoc.List {})
      for name = 1, names do parts[#parts]:insert(name) end
      room = before
    end
    if column > names then
      parts[#parts]:insert(column)
      room = room + width
    end
  end
  return parts
end

local function columns_of(tbl, columns)
  local part = tbl:clone()
  local function cut(rows)
    local kept = pandoc.List {}
    for r = 1, #rows do kept[r] = pandoc.List {} end
    each_cell(rows, function(cell, begins, r)
      local span = #columns:filter(function(c) return c >= begins and c < begins + cell.col_span end)
      if span > 0 then
        kept[r]:insert(pandoc.Cell(cell.contents, cell.alignment, cell.row_span, span))
      end
    end)
    return kept:map(function(cells) return pandoc.Row(cells) end)
  end
  part.colspecs = columns:map(function(c) return tbl.colspecs[c] end)
  part.head.rows = cut(tbl.head.rows)
  part.foot.rows = cut(tbl.foot.rows)
  for i, body in ipairs(tbl.bodies) do
    part.bodies[i].head, part.bodies[i].body = cut(body.head), cut(body.body)
  end
  return part
end

local function fitted(tbl)
  local blocks = pandoc.List {}
  for _, columns in ipairs(divided(tbl)) do
    blocks:insert(pandoc.RawBlock("typst", "#wide(" .. #columns .. ")["))
    blocks:insert(columns_of(tbl, columns))
    blocks:insert(pandoc.RawBlock("typst", "]"))
  end
  return blocks
end

local function says(cell)
  return pandoc.utils.stringify(cell.contents):gsub("[%s\u{A0}]", "") ~= ""
end

-- A data frame's index is named in a row of its own, below the names of columns, where nothing else
-- stands: the two are one row.
local function join_heads(tbl)
  local rows = tbl.head.rows
  local above, names = rows[#rows - 1], rows[#rows]
  if not above or #above.cells ~= #tbl.colspecs or #names.cells ~= #tbl.colspecs then return end
  for c, cell in ipairs(names.cells) do
    if says(cell) and says(above.cells[c]) then return end
  end
  for c, cell in ipairs(names.cells) do
    if says(cell) then above.cells[c].contents = cell.contents end
  end
  rows:remove()
  tbl.head.rows = rows
end

-- A column whose head says nothing, as that of a data frame's index, is told by what it holds: a
-- header without words names no cell to who listens.
local function name_columns(tbl)
  local named, last = {}, {}
  each_cell(tbl.head.rows, function(cell, column)
    local text = pandoc.utils.stringify(cell.contents):gsub("[%s\u{A0}]", "")
    for c = column, column + cell.col_span - 1 do named[c] = named[c] or text ~= "" end
    last[column] = cell
  end)
  local names = math.max(tbl.bodies[1] and tbl.bodies[1].row_head_columns or 0, 1)
  for c = 1, #tbl.colspecs do
    if last[c] and not named[c] then
      last[c].contents = { pandoc.Plain(pandoc.Str(c <= names and "Row" or "Column " .. c)) }
    end
  end
end

-- A table without a head is set as rows of texts: read one after the other they say the same.
function tables.as_rows(tbl)
  if #tbl.head.rows > 0 then return end
  local cells = pandoc.List {}
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      for _, cell in ipairs(row.cells) do
        cells:insert(string.format("grid.cell(colspan: %d, rowspan: %d)[%s]",
          cell.col_span, cell.row_span, write(cell.contents)))
      end
    end
  end
  local caption = pandoc.Blocks(tbl.caption.long)
  caption:insert(pandoc.RawBlock("typst",
    "#rows(" .. #tbl.colspecs .. ", " .. table.concat(cells, ", ") .. ")"))
  return caption
end

-- A column of numbers is right-aligned when the author did not say otherwise.
function tables.fit(tbl)
  join_heads(tbl)
  name_columns(tbl)
  local numeric, seen = {}, {}
  for _, body in ipairs(tbl.bodies) do
    each_cell(body.body, function(cell, c)
      local text = pandoc.utils.stringify(cell.contents)
      if numeric[c] == nil then numeric[c] = true end
      numeric[c] = numeric[c] and is_number(text) and cell.col_span == 1
      seen[c] = seen[c] or text:match("%d") ~= nil
    end)
  end
  for c, spec in ipairs(tbl.colspecs) do
    if spec[1] == "AlignDefault" then
      tbl.colspecs[c] = { numeric[c] and seen[c] and "AlignRight" or "AlignLeft", nil }
    else
      tbl.colspecs[c] = { spec[1], nil }
    end
  end
  if typst and #tbl.colspecs > WIDE then return fitted(tbl) end
  return tbl
end

return tables
