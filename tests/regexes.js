// Reads a list of patterns as JSON, and writes what recheck finds of each; `Deno.args` is where recheck is.
// The timeout is short: the patterns that recheck cannot take apart in that time are given to it in a shorter form.
const { recheck } = await import(Deno.args[0]);
const patterns = JSON.parse(await new Response(Deno.stdin.readable).text());
const found = patterns.map((pattern) => {
    const { status, attack, complexity } = recheck.checkSync(pattern, "", { timeout: 4000, checker: "automaton" });
    return { status, attack, complexity: complexity?.summary };
});
console.log(JSON.stringify(found));
