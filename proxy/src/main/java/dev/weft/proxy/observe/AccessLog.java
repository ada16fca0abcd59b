package dev.weft.proxy.observe;

import dev.weft.daemon.json.JsonWriter;
import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Writes one line of JSON for each session at its end, and for each request that was judged. A separate thread makes
 * and writes the lines, several at once. When it cannot keep up, lines are dropped and counted, because traffic does
 * not wait for its log.
 */
public final class AccessLog implements AutoCloseable {
    /** Most lines that wait to be written. */
    static final int MAX_QUEUED = 16_384;
    /** Most octets of memory that these lines take, about. */
    static final int MAX_OCTETS = 8 * 1024 * 1024;
    /** Memory of a line beside its texts, in octets. */
    private static final int LINE = 256;

    private static final long CLOSE_SECONDS = 2;
    /** Pause of the writer between batches, so that it is not woken for each session that ends. */
    private static final long PAUSE_MILLIS = 10;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final OutputStream out;
    private final BlockingQueue<Line> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final AtomicInteger octets = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();
    private final Thread writer;
    private final RequestLines requests = new RequestLines(); // used by the writer only
    private volatile boolean closing;

    private sealed interface Line {}

    private record Entry(Session session, @Nullable Refusal refusal, Instant time, long nanos) implements Line {}

    private record OfRequest(Session session, String protocol, RequestRecord request, Instant time) implements Line {}

    private record Unjudged(Session session, String protocol, GateRefusal why, Instant time) implements Line {}

    private record Called(Session session, CallerRequest.Call call, String message, Instant time) implements Line {}

    /** Wakes a waiting writer, so that it notices {@link #close}. */
    private record Wake() implements Line {}

    /** Returns the length of the texts that this line alone keeps. */
    private static int length(Line line) {
        return switch (line) {
            case Entry entry ->
                entry.refusal == null ? 0 : entry.refusal.reason().length();
            case OfRequest judged -> length(judged.request);
            case Unjudged unjudged -> unjudged.why.reason().length();
            case Called called ->
                called.call.method().length() + called.call.path().length();
            case Wake() -> 0;
        };
    }

    private static int length(RequestRecord request) {
        int denial =
                request.decision().allowed() ? 0 : request.decision().reason().length();
        return request.method().length()
                + request.path().length()
                + request.host().length()
                + denial;
    }

    private AccessLog(OutputStream out) {
        this.out = out;
        this.writer = Thread.ofPlatform().name("weft-access-log").daemon().unstarted(this::run);
    }

    /** Opens the file to append to, or standard output if it is empty. */
    public static AccessLog open(Optional<Path> file) {
        try {
            OutputStream target = file.isPresent()
                    ? Files.newOutputStream(file.get(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    : new FileOutputStream(FileDescriptor.out);
            return to(target);
        } catch (IOException e) {
            throw new UncheckedIOException("access-log: " + file + " (expected: a file that can be appended to)", e);
        }
    }

    /** Creates a log that writes to this stream. */
    static AccessLog to(OutputStream target) {
        AccessLog log = new AccessLog(new BufferedOutputStream(target, 1 << 16));
        log.writer.start();
        return log;
    }

    /** Queues a session's line; never blocks. */
    void ended(Session session, @Nullable Refusal refusal, Instant now) {
        offer(new Entry(session, refusal, now, session.ageNanos()));
    }

    /** Queues a request's line; never blocks. */
    void ended(Session session, String protocol, RequestRecord request, Instant now) {
        offer(new OfRequest(session, protocol, request.shortened(), now));
    }

    /** Queues the line of a request that was refused before policy was asked; never blocks. */
    void refused(Session session, String protocol, GateRefusal why, Instant now) {
        offer(new Unjudged(session, protocol, why, now));
    }

    /**
     * Queues the line of a request of the workload's own application, or of a copy of one, as the message says; never
     * blocks.
     */
    void called(Session session, CallerRequest.Call call, String message, Instant now) {
        offer(new Called(session, call.shortened(), message, now));
    }

    private void offer(Line line) {
        int size = LINE + length(line);
        if (octets.addAndGet(size) > MAX_OCTETS || !queue.offer(line)) {
            octets.addAndGet(-size);
            dropped.increment();
        }
    }

    /** Number of lines lost because the writer could not keep up, or could not write. */
    public long dropped() {
        return dropped.sum();
    }

    private void run() {
        try {
            while (!closing || !queue.isEmpty()) {
                drain(queue.take());
                if (!closing) {
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void drain(Line first) {
        for (Line line = first; line != null; line = queue.poll()) {
            octets.addAndGet(-LINE - length(line));
            try {
                write(line);
            } catch (IOException | RuntimeException e) { // a line that fails must not end the writer
                dropped.increment();
            }
        }
        try {
            out.flush();
        } catch (IOException e) {
            dropped.increment();
        }
    }

    private void write(Line line) throws IOException {
        switch (line) {
            case Entry entry -> {
                requests.forget(entry.session);
                write(line(entry));
            }
            case OfRequest(var session, var protocol, var request, var time) ->
                write(requests.of(session, protocol, request, time));
            case Unjudged(var session, var protocol, var why, var time) ->
                write(requests.refused(session, protocol, why, time));
            case Called(var session, var call, var message, var time) ->
                write(requests.called(session, call, message, time));
            case Wake() -> {}
        }
    }

    private void write(String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.UTF_8));
        out.write('\n');
    }

    private static String line(Entry entry) {
        Session session = entry.session;
        Refusal refusal = entry.refusal;
        var endpoint = session.endpoint();
        return new JsonWriter()
                .object()
                .field("time", entry.time.toString())
                .field("level", refusal == null ? "info" : "warn")
                .field("logger", "access")
                .field("message", refusal == null ? "session ended" : "session refused")
                .field("id", session.id())
                .field("direction", session.direction().text())
                .field("source", HostPort.text(session.source()))
                .field("destination", HostPort.text(session.destination()))
                .field("endpoint", endpoint == null ? null : HostPort.text(endpoint))
                .field("localIdentity", RequestLines.text(session.localIdentity()))
                .field("peerIdentity", RequestLines.text(session.peerIdentity()))
                .field("secure", session.secure())
                .field("tls", session.tls())
                .field("tunnel", session.tunnel())
                .field("policy", session.policy())
                .field("decision", session.decision())
                .field("established", session.wasAdmitted())
                .field("code", refusal == null ? null : refusal.code())
                .field("reason", refusal == null ? null : refusal.reason())
                .field("bytesIn", session.bytesIn())
                .field("bytesOut", session.bytesOut())
                .field("durationMs", entry.nanos / NANOS_PER_MILLI)
                .endObject()
                .toString();
    }

    /** Writes the queued lines, within two seconds. */
    @Override
    public void close() {
        closing = true;
        boolean _ = queue.offer(new Wake()); // if the queue is full, the writer does not wait and sees the end
        try {
            writer.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
            out.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            dropped.increment();
        }
    }
}
