package dev.weft.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends requests from shop/web to shop/api as long as the demo runs, and counts the responses. One curl keeps its
 * connection, another opens a new connection for each request.
 */
final class Load implements AutoCloseable {

    private static final String RATE = "20/s";
    private static final String URLS = "http://api.shop/hello.txt?[1-1000000]";
    /** curl's output format, written to standard error, which curl does not buffer. */
    private static final String FORM = "%{stderr}%{http_code} %{num_connects} %{exitcode}\\n";

    private static final String ANSWERED = "200 ";
    private static final int KEPT_FAILURES = 3;

    private final List<Process> curls = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final List<String> failures = new ArrayList<>();
    private volatile boolean closing;

    static Load start(Scene scene) throws IOException {
        Load load = new Load();
        load.add(scene.start("shop/web", command()));
        load.add(scene.start("shop/web", command("-H", "Connection: close")));
        return load;
    }

    private static String[] command(String... more) {
        List<String> command = new ArrayList<>(
                List.of("curl", "-s", "--rate", RATE, "--max-time", "5", "-o", "/dev/null", "-w", FORM));
        command.addAll(List.of(more));
        command.add(URLS);
        return command.toArray(String[]::new);
    }

    private void add(Process curl) {
        curls.add(curl);
        readers.add(Thread.ofVirtual().start(() -> {
            try (BufferedReader lines = curl.errorReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    count(line);
                }
            } catch (IOException e) {
                fail("its output ended: " + e.getMessage());
            }
            if (!closing) {
                fail("curl itself ended");
            }
        }));
    }

    private void count(String line) {
        String[] words = line.split(" ", -1);
        if (line.startsWith(ANSWERED) && words.length == 3) {
            answered.incrementAndGet();
            connections.addAndGet(Long.parseLong(words[1]));
        } else if (!closing) {
            fail("curl: status, connections, exit code: " + line);
        }
    }

    private void fail(String why) {
        failed.incrementAndGet();
        synchronized (failures) {
            if (failures.size() < KEPT_FAILURES) {
                failures.add(why);
            }
        }
    }

    /** Returns how many requests were answered with status 200. */
    long answered() {
        return answered.get();
    }

    /** Returns how many connections were opened for the answered requests. */
    long connections() {
        return connections.get();
    }

    /** Returns how many requests failed or were answered with another status; an unexpected end of curl counts too. */
    long failed() {
        return failed.get();
    }

    List<String> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    @Override
    public void close() {
        closing = true;
        curls.forEach(Scene::stop);
    }
}
