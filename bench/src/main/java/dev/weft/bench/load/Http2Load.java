package dev.weft.bench.load;

import dev.weft.bench.lab.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/**
 * Generates load over HTTP/2 with h2load: requests for a file, or unary gRPC calls, as many as are answered in a given
 * time.
 *
 * @param program h2load and its arguments for the kind of request
 * @param path path of the request
 * @param bodyBytes length of each answer's body; the body of a refusal is shorter
 */
public record Http2Load(List<String> program, String path, int bodyBytes) {
    private static final int CLIENTS = 8;
    private static final int STREAMS = 8;
    private static final byte[] MESSAGE = {0, 0, 0, 0, 5, 'h', 'e', 'l', 'l', 'o'};
    private static final long LONGEST_LATENCY_NANOS = 200_000_000_000L;
    private static final int LATENCY_COLUMN = 2;
    private static final int NANOS_PER_MICRO = 1_000;
    private static final Pattern REQUESTS =
            Pattern.compile("requests: .* (\\d+) succeeded, (\\d+) failed, (\\d+) errored, (\\d+) timeout");
    private static final Pattern TRAFFIC = Pattern.compile("traffic: .*\\((\\d+)\\) total, .*\\((\\d+)\\) data");

    /** Returns a load of requests for a file of this size. */
    public static Http2Load get(String path, int bytes) {
        return new Http2Load(List.of("h2load"), path, bytes);
    }

    /** Returns a load of calls to a method that echoes the message; the folder is for the message file. */
    public static Http2Load call(String method, Path folder) {
        try {
            Path message = Files.write(folder.resolve("grpc-message"), MESSAGE);
            return new Http2Load(
                    List.of(
                            "h2load",
                            "-d",
                            message.toString(),
                            "-H",
                            "content-type: application/grpc",
                            "-H",
                            "te: trailers"),
                    method,
                    MESSAGE.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Generates the load, and waits for its end.
     *
     * @param besideClient converts a command line to one that runs next to the client
     * @throws LoadFailedException if nothing was answered
     */
    public LoadResult run(UnaryOperator<List<String>> besideClient, String host, int port, Duration time, Path folder) {
        Path log = folder.resolve("h2load.log");
        List<String> line = new ArrayList<>(program);
        line.addAll(List.of("-D", time.toMillis() + "ms", "-c", "" + CLIENTS, "-m", "" + STREAMS));
        line.addAll(List.of("--log-file=" + log, "http://" + host + ":" + port + path));
        try {
            Files.deleteIfExists(log);
            String printed = Shell.run(besideClient.apply(line));
            return result(printed, Files.readAllLines(log), time);
        } catch (IOException | IllegalStateException e) {
            throw new LoadFailedException("h2load: " + e.getMessage());
        }
    }

    /** Reads the output of h2load and its log, which has time, status and microseconds of each request. */
    LoadResult result(String printed, List<String> log, Duration time) {
        Matcher requests = REQUESTS.matcher(printed);
        Matcher traffic = TRAFFIC.matcher(printed);
        if (!requests.find() || !traffic.find() || number(requests, 1) == 0) {
            throw new LoadFailedException("h2load: '" + printed.strip() + "' (expected: requests that succeeded)");
        }
        long units = number(requests, 1);
        long errors = number(requests, 2) + number(requests, 3) + number(requests, 4);
        // A refused gRPC call is a success of HTTP, but has no body.
        long refused = number(traffic, 2) < units * bodyBytes ? units : 0;
        Histogram latencies = new Histogram(LONGEST_LATENCY_NANOS, 3);
        for (String request : log) {
            latencies.recordValue(Long.parseLong(request.split("\t", -1)[LATENCY_COLUMN]) * NANOS_PER_MICRO);
        }
        LoadResult timed = LoadResult.of(latencies, number(traffic, 1), time.toNanos(), errors + refused);
        return new LoadResult(
                units, timed.bytes(), timed.micros(), timed.errors(), timed.p50Micros(), timed.p99Micros());
    }

    private static long number(Matcher found, int group) {
        return Long.parseLong(found.group(group));
    }
}
