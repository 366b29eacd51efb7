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

/** Runs h2load and reads its log: when each request began, its status, and how long it took. */
async function h2load(words, { refused = false } = {}) {
  const log = join(folder, `h2load-${logs += 1}.tsv`);
  const said = await load("h2load", [...words, `--log-file=${log}`]);
  const lines = readFileSync(log, "utf8").trimEnd().split("\n").map((line) => line.split("\t").map(Number));
  rmSync(log);
  const wrong = lines.filter(([, status]) => (refused ? status !== 401 : status < 200 || status >= 400));
  if (wrong.length > 0 || lines.length < 10) throw new Error(`h2load ${words.join(" ")}: ${wrong.length} of ${lines.length} went wrong\n${said}`);
  return lines.map(([start, , took]) => ({ start, took: took / 1000 }));
}

/** Latencies at a fixed rate over 16 connections: what a viewer feels on a server that is not overloaded. */
export async function steady({ url, headers = [], refused }, { rate, seconds }) {
  const clients = 16;
  const each = Math.max(1, Math.round(rate / clients));
  const words = ["--h1", "-t1", `-c${clients}`, "-m1", `-D${seconds}`, `--rps=${each}`, ...headers.flatMap((line) => ["-H", line]), url];
  const took = (await h2load(words, { refused })).map((request) => request.took);
  return { rate: took.length / seconds, p50: quantile(took, 0.5), p99: quantile(took, 0.99) };
}

/** As fast as it goes over HTTP/2: 4 connections with 8 requests under way in each. */
export async function multiplexed({ url, headers = [] }, { seconds, programs = [] }) {
  const before = programs.map(cpu);
  const took = (await h2load(["-t1", "-c4", "-m8", `-D${seconds}`, ...headers.flatMap((line) => ["-H", line]), url])).map((request) => request.took);
  return { requests: took.length, rate: took.length / seconds, p50: quantile(took, 0.5), p99: quantile(took, 0.99), cpu: programs.map((program, i) => cpu(program) - before[i]) };
}
