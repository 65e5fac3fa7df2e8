// Reads a list of patterns as JSON, and writes what recheck finds of each; `Deno.args` is where recheck is.
// It reasons about a pattern first, and tries texts where it comes to no end.
const { recheck } = await import(Deno.args[0]);
const patterns = JSON.parse(await new Response(Deno.stdin.readable).text());
const found = patterns.map((pattern) => {
    let result = recheck.checkSync(pattern, "", { timeout: 3000, checker: "automaton" });
    if (result.status === "unknown") result = recheck.checkSync(pattern, "", { timeout: 5000, checker: "fuzz" });
    return { status: result.status, attack: result.attack };
});
console.log(JSON.stringify(found));
