package dev.weft.bench.load;

import java.time.Duration;
import java.util.List;

/** A command for the load generator, written as one line. */
public sealed interface LoadCommand {
    /** Opens connections that stay open, and sends one request on each to check the path. */
    record Open(String host, int port, int connections, String path) implements LoadCommand {}

    /** Sends requests on every open connection, each as soon as the previous answer has arrived. */
    record Saturate(Duration time) implements LoadCommand {}

    /**
     * Sends requests at fixed times, also if earlier answers have not arrived. Latency counts from the time at which a
     * request was due.
     */
    record Rate(int perSecond, Duration time) implements LoadCommand {}

    /** Sends one request for the path on the first open connection, and reads the answer to its end. */
    record Download(String path) implements LoadCommand {}

    /**
     * Opens a connection for each request; the client closes each.
     *
     * @param parallel number of connections at the same time
     * @param time whole milliseconds, at least one
     */
    record Connect(String host, int port, int parallel, String path, Duration time) implements LoadCommand {}

    /** Closes the connections that {@link Open} opened. */
    record Close() implements LoadCommand {}

    /** Returns the line that {@link #parse} reads. */
    default String toLine() {
        return switch (this) {
            case Open(String host, int port, int connections, String path) ->
                "open %s %d %d %s".formatted(host, port, connections, path);
            case Saturate(Duration time) -> "saturate " + time.toMillis();
            case Rate(int perSecond, Duration time) -> "rate " + perSecond + " " + time.toMillis();
            case Download(String path) -> "download " + path;
            case Connect(String host, int port, int parallel, String path, Duration time) ->
                "connect %s %d %d %s %d".formatted(host, port, parallel, path, time.toMillis());
            case Close() -> "close";
        };
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if the line is not a command
     */
    static LoadCommand parse(String line) {
        List<String> words = List.of(line.strip().split(" "));
        String form = words.getFirst() + "/" + (words.size() - 1);
        return switch (form) {
            case "open/4" -> new Open(words.get(1), number(words, 2), number(words, 3), words.get(4));
            case "saturate/1" -> new Saturate(millis(words, 1));
            case "rate/2" -> new Rate(number(words, 1), millis(words, 2));
            case "download/1" -> new Download(words.get(1));
            case "connect/5" ->
                new Connect(words.get(1), number(words, 2), number(words, 3), words.get(4), millis(words, 5));
            case "close/0" -> new Close();
            default ->
                throw new IllegalArgumentException("load: '" + line
                        + "' (expected: open, saturate, rate, download, connect or close, and their arguments)");
        };
    }

    private static int number(List<String> words, int index) {
        int value = Integer.parseInt(words.get(index));
        if (value < 1) {
            throw new IllegalArgumentException("load: " + words.getFirst() + ": " + value + " (expected: 1 or more)");
        }
        return value;
    }

    private static Duration millis(List<String> words, int index) {
        return Duration.ofMillis(number(words, index));
    }
}
