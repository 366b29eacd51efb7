// The load: wrk as fast as it goes, h2load at a fixed rate and over HTTP/2.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cpu, folder, load } from "./programs.mjs";
import { quantile } from "./statistics.mjs";

const UNITS = { us: 1e-3, ms: 1, s: 1000 };
const milliseconds = (text) => { const [, number, unit] = /([\d.]+)(us|ms|s)/.exec(text); return Number(number) * UNITS[unit]; };

/**
 * Loads a URL with wrk and 32 connections. Returns requests, rate, latencies in ms, and the processor seconds of the programs.
 * Every answer must be of the kind that is expected: a guard that refuses by mistake would look fast.
 */
export async function wrk({ url, headers = [], script, refused = false }, { seconds, connections = 32, programs = [] }) {
  const before = programs.map(cpu);
  const words = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", ...headers.flatMap((line) => ["-H", line]), ...(script ? ["-s", script] : []), url];
  const said = await load("wrk", words);
  const used = programs.map((program, i) => cpu(program) - before[i]);
  const [, requests, time] = /(\d+) requests in ([\d.]+m?s)/.exec(said);
  const bad = Number(/Non-2xx or 3xx responses: (\d+)/.exec(said)?.[1] ?? 0);
  if (/Socket errors/.test(said) || (refused ? bad !== Number(requests) : bad !== 0)) throw new Error(`${url} ${headers}:\n${said}`);
  const latency = (part) => milliseconds(new RegExp(`^\\s*${part}%\\s+(\\S+)`, "m").exec(said)[1]);
  return { requests: Number(requests), rate: Number(requests) / (milliseconds(time) / 1000), p50: latency(50), p99: latency(99), cpu: used };
}

let logs = 0;

/** Runs h2load and reads its log: the status of each request, and how many ms it took. It takes the Host from the URL. */
async function h2load({ url, headers = [], refused = false }, options) {
  const host = headers.find((line) => line.startsWith("Host: "))?.slice(6);
  const { protocol, host: connection, pathname } = new URL(url);
  const others = headers.filter((line) => !line.startsWith("Host: ")).flatMap((line) => ["-H", line]);
  const words = ["-t1", ...options, `--connect-to=${connection}`, ...others, `${protocol}//${host ?? connection}${pathname}`];
  const log = join(folder, `h2load-${logs += 1}.tsv`);
  const said = await load("h2load", [...words, `--log-file=${log}`]);
  const lines = readFileSync(log, "utf8").trimEnd().split("\n").map((line) => line.split("\t").map(Number));
  rmSync(log);
  const wrong = lines.filter(([, status]) => (refused ? status !== 401 : status < 200 || status >= 400));
  if (wrong.length > 0 || lines.length < 10) throw new Error(`h2load ${words.join(" ")}: ${wrong.length} of ${lines.length} went wrong\n${said}`);
  const took = lines.map(([, , microseconds]) => microseconds / 1000);
  return { requests: took.length, rate: took.length / (milliseconds(/finished in (\S+),/.exec(said)[1]) / 1000), p50: quantile(took, 0.5), p99: quantile(took, 0.99) };
}

/** Latencies at a fixed rate over 32 connections: what a viewer feels on a server that is not overloaded. */
export function steady(guard, { rate, seconds }) {
  const clients = 32;
  return h2load(guard, ["--h1", `-c${clients}`, "-m1", `-D${seconds}`, `--rps=${Math.max(1, Math.round(rate / clients))}`]);
}

/** As fast as it goes over HTTP/2: 8 connections with 4 requests under way in each, as many as nginx takes before it closes one. */
export async function multiplexed(guard, { programs = [] }) {
  const before = programs.map(cpu);
  const run = await h2load(guard, ["-c8", "-m4", "-n7200"]);
  return { ...run, cpu: programs.map((program, i) => cpu(program) - before[i]) };
}
