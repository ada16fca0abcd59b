package dev.weft.proxy.workloadapi;

import dev.weft.proxy.http2.ConnectionListener;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.flood.Limit;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.observe.SidecarMetrics;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One connection to the Workload API. Belongs to its event loop. */
final class Caller implements ConnectionListener {
    /** A connection without a call is closed after this time to twice this time. */
    static final Duration IDLE = Duration.ofMinutes(5);

    /**
     * How long a connection of another workload's process stays open: long enough to receive the reason of the refusal.
     */
    static final Duration STRANGER = Duration.ofSeconds(10);

    /** Most calls of one connection at a time. */
    static final int MAX_CALLS = 32;

    private static final int KIB = 1024;

    /**
     * Requests are small, and answers have a few KiB: a caller cannot make the sidecar hold much. At most one message
     * waits in a call, because a call is not writable while one waits.
     */
    static final Http2Settings SETTINGS = new Http2Settings(
            32 * KIB, 32 * KIB, 1024 * KIB, 16 * KIB, MAX_CALLS, 8 * KIB, 1, 0, Duration.ofSeconds(10));

    private static final String METADATA = "workload.spiffe.io";
    private static final String OK = "200";
    /** The content type with or without the message format; not gRPC-Web, which has another framing. */
    private static final Pattern GRPC =
            Pattern.compile("application/grpc(\\+proto)?(\\s*;.*)?", Pattern.CASE_INSENSITIVE);

    private final Channel channel;
    private final WorkloadApi api;
    private final boolean own;
    private final WorkloadApiServer.Quota calls;
    private final SidecarMetrics metrics;
    private final Http2Connection connection;
    private boolean called = true;

    /**
     * @param own whether the process at the other end belongs to the workload
     * @param calls quota of the calls of all connections
     */
    Caller(Channel channel, WorkloadApi api, boolean own, WorkloadApiServer.Quota calls, SidecarMetrics metrics) {
        this.channel = channel;
        this.api = api;
        this.own = own;
        this.calls = calls;
        this.metrics = metrics;
        this.connection = Http2Connection.server(SETTINGS, this);
    }

    void start() {
        channel.pipeline().addLast(connection);
        if (own) {
            after(IDLE, this::closeIfIdle);
        } else {
            after(STRANGER, () -> connection.close(ErrorCode.NO_ERROR));
        }
    }

    private void after(Duration time, Runnable task) {
        Future<?> check = channel.eventLoop().schedule(task, time.toMillis(), TimeUnit.MILLISECONDS);
        var _ = channel.closeFuture().addListener(_ -> check.cancel(false));
    }

    private void closeIfIdle() {
        if (!called && connection.openStreams() == 0) {
            connection.goAway();
        } else {
            called = false;
            after(IDLE, this::closeIfIdle);
        }
    }

    @Override
    public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
        called = true;
        boolean room = calls.take();
        String status = httpStatus(headers);
        Call call;
        try {
            check(headers, status, room);
            call = new Call(stream, api.method(headers.path()));
        } catch (CallException e) {
            call = Call.refused(stream, e, status);
        }
        if (endStream) {
            call.onHeaders(headers, true);
        }
        return call;
    }

    @Override
    public void onStreamClosed(Http2Connection of) {
        calls.giveBack();
    }

    /**
     * Returns the HTTP status. For a request that is not gRPC it is an error: a client that looks no further must not
     * take the answer for a success.
     */
    private static String httpStatus(Http2Headers headers) {
        if (!"POST".contentEquals(String.valueOf(headers.method()))) {
            return "405";
        }
        CharSequence type = headers.get("content-type");
        return type != null && GRPC.matcher(type).matches() ? OK : "415";
    }

    private void check(Http2Headers headers, String status, boolean room) throws CallException {
        if (!own) {
            throw new CallException(Failure.STRANGER, "the caller is no process of this workload");
        }
        // The value must be exactly this, exactly once: a browser or a proxy that is tricked into calling cannot set it
        // (WE-02).
        Iterator<CharSequence> values = headers.valueIterator(METADATA);
        boolean set = values.hasNext() && "true".contentEquals(values.next()) && !values.hasNext();
        if (!set) {
            throw new CallException(
                    Failure.NO_METADATA, "metadata " + METADATA + " is missing (expected: " + METADATA + ": true)");
        }
        if (!status.equals(OK)) {
            throw new CallException(Failure.BAD_REQUEST, "no gRPC call (expected: POST, application/grpc)");
        }
        if (!room) {
            metrics.limitHit("workload-api-calls");
            throw new CallException(
                    Failure.LIMIT, "more than " + WorkloadApiServer.MAX_CALLS + " concurrent calls of the workload");
        }
    }

    @Override
    public void onLimit(Http2Connection limited, Limit limit) {
        metrics.limitHit("workload-api-" + limit.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    @Override
    public void onClosed(Http2Connection closed, @Nullable Throwable cause) {}
}
