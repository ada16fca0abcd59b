package dev.weft.bench.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What to measure, and for how long.
 *
 * @param pairs names of the pairs, in the order of the tables
 * @param workloads the workloads to measure
 * @param slice length of one slice
 * @param cleanSlices number of undisturbed slices of each pair and workload for one figure
 * @param maxSlices most slices that are measured to get them
 * @param foreignLimit most cores that other programs may keep busy in an undisturbed slice
 * @param warmUp time of load on each workload before anything is measured
 * @param coldTime length of a cold slice
 * @param coldRuns number of fresh pairs for each cold figure
 * @param coldWorkloads workloads with cold figures
 * @param footprint whether memory and starts are measured
 * @param rate requests a second of the fixed-rate workload
 * @param bulkBytes size of the bulk download in bytes
 * @param loadCore core of load generators and web servers
 * @param proxyCore core of the proxies
 * @param jvmFlags JVM flags of the pair weft-flags, a second mesh for trying flags
 * @param otherWeft the weft command of another build, for the pair weft-other
 * @param results folder for the JSON
 * @param folder folder for configurations and logs; {@code bench/run} removes it at the end
 */
public record BenchSettings(
        List<String> pairs,
        List<Workload> workloads,
        Duration slice,
        int cleanSlices,
        int maxSlices,
        double foreignLimit,
        Duration warmUp,
        Duration coldTime,
        int coldRuns,
        List<Workload> coldWorkloads,
        boolean footprint,
        int rate,
        long bulkBytes,
        int loadCore,
        int proxyCore,
        String jvmFlags,
        Path otherWeft,
        Path results,
        Path folder) {
    /** Number of connections of the keep-alive workloads. */
    public static final int CONNECTIONS = 32;

    /** Number of parallel connections of the new-connection workload. */
    public static final int PARALLEL_CONNECTIONS = 16;

    /** Number of idle connections, to measure the memory for each. */
    public static final int IDLE_CONNECTIONS = 1_000;

    private static final long GIB = 1L << 30;
    private static final List<String> DEFAULT_PAIRS = List.of("haproxy", "nginx", "stunnel", "weft");

    private static final List<String> HTTP_PAIRS = List.of("weft", "weft-http", "haproxy-http", "nginx-http");
    private static final List<Workload> HTTP_WORKLOADS =
            List.of(Workload.KEEP_ALIVE, Workload.FIXED_RATE, Workload.MEDIUM, Workload.HTTP2, Workload.GRPC);
    private static final List<String> RULES_PAIRS = List.of("weft-http", "weft-100-rules", "weft-10000-rules");
    private static final List<Workload> RULES_WORKLOADS = List.of(Workload.KEEP_ALIVE, Workload.FIXED_RATE);

    private static final List<Workload> QUICK_COLD = List.of(Workload.KEEP_ALIVE, Workload.CONNECTIONS);

    /** The text of {@code --help}. */
    public static final String USAGE = """
        usage: make bench ARGS="[--quick] [--http] [--rules] [--pairs haproxy,nginx,stunnel,weft]
                                [--workloads keep-alive,fixed-rate,medium,bulk,connections,http2,grpc]
                                [--slices N] [--slice-millis N] [--rate N] [--foreign-limit CORES] [--no-cold]
                                [--load-core N] [--proxy-core N] [--results FOLDER] [--jvm-flags FLAGS] [--other-weft COMMAND]"
               make bench ARGS="--issuing"                               certificates a second and core, half a minute
               make bench ARGS="--storm [--sidecars N] [--addresses N]"  5,000 sidecars that start at once, from 50 addresses
               make bench ARGS="--registry [--workloads N]"              pods that come and go in meshes of up to N workloads
               make bench ARGS="--codec"                                 the tunnel's codec of HTTP/2 and Netty's, a minute
          --quick          about 3 minutes instead of 12: fewer and shorter slices, a smaller download
          --http           judged requests beside Weft's own relay and HTTP proxies: weft,weft-http,haproxy-http,nginx-http;
                           warm figures only, of keep-alive,fixed-rate,medium,http2,grpc
          --rules          what many rules cost: weft-http,weft-100-rules,weft-10000-rules; keep-alive and fixed-rate, warm
          --pairs          also haproxy-64k (64 KiB buffers), direct (no proxy at all), weft-flags, weft-other and weft-http-other
          --jvm-flags      flags of the JVM for weft-flags, a second mesh: "--pairs weft,weft-flags" tells what they do
          --other-weft     the command of another build for weft-other and weft-http-other: "--pairs weft,weft-other" tells what a change costs
          --foreign-limit  a slice in which others kept more cores busy does not count (0.12)
        """;

    /** Parses the command line; every option may be left out. */
    public static BenchSettings parse(List<String> arguments) {
        Options options = new Options(arguments);
        boolean quick = options.flag("--quick");
        Choice choice = Choice.of(options);
        boolean cold = !options.flag("--no-cold") && !choice.warmOnly();
        int slices = options.number("--slices", quick ? 3 : 6);
        List<Workload> workloads = workloads(options.text("--workloads", ""), choice.workloads());
        BenchSettings settings = new BenchSettings(
                List.of(options.text("--pairs", String.join(",", choice.pairs()))
                        .split(",")),
                workloads,
                Duration.ofMillis(options.number("--slice-millis", quick ? 1_000 : 1_500)),
                slices,
                slices * 2,
                Double.parseDouble(options.text("--foreign-limit", "0.12")),
                Duration.ofSeconds(quick ? 4 : 10),
                Duration.ofSeconds(3),
                quick ? 1 : 3,
                workloads.stream()
                        .filter(workload -> cold && (!quick || QUICK_COLD.contains(workload)))
                        .toList(),
                !choice.warmOnly(),
                options.number("--rate", 4_000),
                quick ? GIB / 4 : GIB,
                options.number("--load-core", 0),
                options.number("--proxy-core", 1),
                options.text("--jvm-flags", ""),
                Path.of(options.text("--other-weft", "weft")),
                Path.of(options.text("--results", "bench/results")),
                Path.of(options.text("--folder", "/tmp/weft-bench")));
        options.end();
        return settings;
    }

    private static List<Workload> workloads(String names, List<Workload> otherwise) {
        if (names.isEmpty()) {
            return otherwise;
        }
        return Stream.of(names.split(",")).map(Workload::of).toList();
    }

    /** The pairs and workloads if the command line does not name them. */
    private record Choice(List<String> pairs, List<Workload> workloads, boolean warmOnly) {

        static Choice of(Options options) {
            boolean http = options.flag("--http");
            if (options.flag("--rules")) {
                if (http) {
                    throw new IllegalArgumentException("--rules: with --http (expected: one of them)");
                }
                return new Choice(RULES_PAIRS, RULES_WORKLOADS, true);
            }
            return http ? new Choice(HTTP_PAIRS, HTTP_WORKLOADS, true) : new Choice(DEFAULT_PAIRS, Workload.TCP, false);
        }
    }

    /** Parses options, and removes each from the list. */
    private static final class Options {
        private final List<String> left;

        Options(List<String> arguments) {
            left = new ArrayList<>(arguments);
        }

        boolean flag(String name) {
            return left.remove(name);
        }

        String text(String name, String otherwise) {
            int at = left.indexOf(name);
            if (at < 0) {
                return otherwise;
            }
            if (at + 1 == left.size()) {
                throw new IllegalArgumentException(name + ": nothing (expected: a value)");
            }
            left.remove(at);
            return left.remove(at);
        }

        int number(String name, int otherwise) {
            String text = text(name, Integer.toString(otherwise));
            try {
                return Integer.parseInt(text);
            } catch (NumberFormatException _) {
                throw new IllegalArgumentException(name + ": " + text + " (expected: a number)");
            }
        }

        void end() {
            if (!left.isEmpty()) {
                throw new IllegalArgumentException(left.getFirst() + ": unknown\n" + USAGE);
            }
        }
    }
}
