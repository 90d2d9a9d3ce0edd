// [name, kind, package, address, summary, members, topic]
mycNames([
["garden","package","","packages/garden.html","A garden, watched."],
["Report","message","garden","types/garden.Report.html","A report, every morning.","at garden beds sky every target remarks pair faults note","garden.reports"],
["Bed","struct","garden","types/garden.Bed.html","A bed.","moisture area tool",""],
["Remark","union","garden","types/garden.Remark.html","What a gardener says.","text bed",""],
["Sky","enum","garden","types/garden.Sky.html","How the sky looks.","clear bright",""],
["Faults","flags","garden","types/garden.Faults.html","What is wrong with a bed.","dry weeds",""],
["Moisture","alias","garden","packages/garden.html#alias.Moisture","Water in the soil."],
["MOST_BEDS","constant","garden","packages/garden.html#constant.MOST_BEDS","Most beds of a report."],
["tools","package","","packages/tools.html",""],
["Tool","enum","tools","types/tools.Tool.html","A tool.","spade rake",""]
]);
