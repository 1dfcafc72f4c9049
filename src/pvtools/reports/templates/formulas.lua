-- A formula in words, for those who listen to a page: Typst's alt text is read out as it stands.
-- Called with its MathML, as pandoc writes it; what it has no words for is said by its character.

local WORDS = {
  ["="] = "equals", ["≠"] = "does not equal", ["≈"] = "approximately equals", ["≡"] = "is identical to",
  ["∼"] = "is distributed as", ["<"] = "is less than", [">"] = "is greater than", ["≤"] = "is at most",
  ["≥"] = "is at least", ["+"] = "plus", ["−"] = "minus", ["-"] = "minus", ["±"] = "plus or minus",
  ["×"] = "times", ["·"] = "times", ["⋅"] = "times", ["*"] = "times", ["/"] = "over", ["÷"] = "divided by",
  ["∈"] = "in", ["∉"] = "not in", ["⊂"] = "within", ["∪"] = "union", ["∩"] = "intersection",
  ["∑"] = "the sum", ["∏"] = "the product", ["∫"] = "the integral", ["∞"] = "infinity",
  ["∂"] = "partial", ["∇"] = "nabla", ["→"] = "to", ["∣"] = "given", ["|"] = "bar", ["′"] = "prime",
  ["("] = "open bracket", [")"] = "close bracket", ["["] = "open square bracket",
  ["]"] = "close square bracket", ["{"] = "open brace", ["}"] = "close brace", ["…"] = "and so on",
  ["⋯"] = "and so on", ["!"] = "factorial", ["%"] = "per cent", ["ℝ"] = "the real numbers",
  ["ℕ"] = "the natural numbers", ["ℤ"] = "the whole numbers", ["\u{2061}"] = "", ["\u{200B}"] = "",
}
for i, name in ipairs({
  "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
  "nu", "xi", "omicron", "pi", "rho", "final sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
}) do
  WORDS[utf8.char(0x3B0 + i)] = name
  WORDS[utf8.char(0x390 + i)] = "capital " .. name
end
for variant, name in pairs({ ["ϕ"] = "phi", ["ϵ"] = "epsilon", ["ϑ"] = "theta", ["ϱ"] = "rho" }) do
  WORDS[variant] = name
end
local ABOVE = {
  ["\u{302}"] = "hat", ["^"] = "hat", ["¯"] = "bar", ["\u{305}"] = "bar", ["‾"] = "bar",
  ["~"] = "tilde", ["\u{303}"] = "tilde", ["˙"] = "dot", ["\u{307}"] = "dot", ["→"] = "arrow",
}
local POWERS = { ["2"] = "squared", ["3"] = "cubed", prime = "prime", ["∗"] = "star", times = "star" }
local LARGE = { ["the sum"] = true, ["the product"] = true, ["the integral"] = true }
local ENTITIES = { amp = "&", lt = "<", gt = ">", quot = '"' }

local function parsed(text)
  local root = { children = {} }
  local open = { root }
  for before, close, name, attributes, empty in (text .. "<end/>"):gmatch("([^<]*)<(/?)(%w+)([^>]-)(/?)>") do
    local here = open[#open]
    before = before:gsub("&#(x?)(%x+);", function(hex, n) return utf8.char(tonumber(n, hex == "" and 10 or 16)) end)
    here.text = (here.text or "") .. before:gsub("&(%a+);", ENTITIES)
    if close ~= "" then
      open[#open] = nil
    else
      local node = { name = name, attributes = attributes, children = {} }
      table.insert(here.children, node)
      if empty == "" then open[#open + 1] = node end
    end
  end
  return root
end

local say

local function joined(nodes, divider)
  local said = {}
  for _, node in ipairs(nodes) do
    local words = say(node)
    if words ~= "" then said[#said + 1] = words end
  end
  return table.concat(said, divider or " ")
end

local function is_simple(words) return not words:find(" ") end

local function scripts(node, below, above)
  local base = say(node.children[1])
  local large = LARGE[base]
  local said = base
  if below then said = said .. (not large and " sub " or above and " from " or " over ") .. say(below) end
  if above then
    local power = say(above)
    if large then
      said = said .. " to " .. power
    else
      local ends = is_simple(power) and "" or ", end of power,"
      said = said .. " " .. (POWERS[power] or ("to the power " .. power .. ends))
    end
  end
  return said .. (large and " of" or "")
end

local SAYS = {
  mfrac = function(node)
    local over = node.attributes:find('linethickness="0"') and " above " or " over "
    local top, bottom = say(node.children[1]), say(node.children[2])
    if is_simple(top) and is_simple(bottom) then return top .. over .. bottom end
    return "the fraction " .. top .. over .. bottom .. ", end of fraction,"
  end,
  msqrt = function(node)
    local under = joined(node.children)
    return "the square root of " .. under .. (is_simple(under) and "" or ", end of root,")
  end,
  mroot = function(node)
    return "the root of order " .. say(node.children[2]) .. " of " .. say(node.children[1]) .. ", end of root,"
  end,
  msub = function(node) return scripts(node, node.children[2]) end,
  msup = function(node) return scripts(node, nil, node.children[2]) end,
  msubsup = function(node) return scripts(node, node.children[2], node.children[3]) end,
  munder = function(node) return scripts(node, node.children[2]) end,
  munderover = function(node) return scripts(node, node.children[2], node.children[3]) end,
  mover = function(node)
    local mark = ABOVE[node.children[2].text or ""]
    if mark then return say(node.children[1]) .. " " .. mark end
    return scripts(node, nil, node.children[2])
  end,
  mtable = function(node) return joined(node.children, "; ") end,
  -- Rows of equations have their parts aligned to the sides, those of a matrix to the middle.
  mtr = function(node)
    local first = node.children[1]
    return joined(node.children, first and first.attributes:find("center") and ", " or " ")
  end,
  annotation = function() return "" end,
}

function say(node)
  if SAYS[node.name] then return SAYS[node.name](node) end
  if #node.children > 0 then return joined(node.children) end
  local text = (node.text or ""):gsub("\u{A0}", " "):gsub("^%s+", ""):gsub("%s+$", "")
  return WORDS[text] or text
end

return function(mathml)
  return (say(parsed(mathml)):gsub(",( ?[;,])", "%1"):gsub(",%s*$", ""):gsub("%s+", " "):gsub(" ([,;.])", "%1"))
end
