package dev.weft.proxy.carry;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.balance.OpenRequest;
import dev.weft.proxy.loop.LoopTimer;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.observe.CopiedRequest;
import dev.weft.proxy.observe.CopiedRequest.Result;
import dev.weft.proxy.route.Backend;
import dev.weft.proxy.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A copy of one request (Gateway API, RequestMirror). It is sent once, to one endpoint that has a sidecar, and its
 * response is dropped. The request never waits for its copy: a copy whose endpoint is slower than the request is given
 * up. Belongs to one event loop.
 */
public abstract class Copy {
    /** The most bytes of one copy that its endpoint has not taken. */
    public static final int MOST_WAITING = 128 * 1024;
    /** The longest time for the response, after the whole request has come. */
    public static final Duration LONGEST = Duration.ofSeconds(30);

    /** Memory overhead of a buffer, in bytes. */
    private static final int PIECE = 512;

    private static final int SERVER_ERROR = 500;

    private final LoopContext lane;
    private final EventLoop loop;
    private final Backend backend;
    private final CopiedRequest told;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(2);
    private long waitingBytes;
    /** Buffers since the endpoint had taken everything: each has its overhead. */
    private long pieces;

    private boolean goes;
    private boolean requestEnded;
    private boolean over;
    private int status;
    private @Nullable OpenRequest health;
    private long startedNanos;
    private final LoopTimer deadline = new LoopTimer();

    protected Copy(LoopContext lane, Session session, Backend backend, String protocol, String method, String path) {
        this.lane = lane;
        this.loop = session.loop();
        this.backend = backend;
        this.told = lane.sidecar().requests().recorder().copying(session, protocol, method, path);
    }

    /**
     * Begins to send to this endpoint, which must prove the identity. Must call {@link #goes} when the copy can be
     * written.
     */
    protected abstract void go(Route.Endpoint endpoint, SpiffeId identity);

    /** Sends data; takes ownership. Called only after {@link #goes}, as is {@link #finish}. */
    protected abstract void write(ByteBuf data);

    /** Ends the request towards the endpoint, after all of it has been written. */
    protected abstract void finish();

    /** Returns how many written bytes the endpoint has not taken. */
    protected abstract long queued();

    /** Releases the stream or connection that the copy is sent on, if it is still open. */
    protected abstract void drop();

    /** Starts to send the copy in a later turn of the loop, after the request itself. */
    public final void start() {
        if (over) {
            return;
        }
        if (lane.mirrors().begin()) {
            loop.execute(this::resolve);
        } else {
            over = true;
            release();
            told.ended(Result.GIVEN_UP, 0);
        }
    }

    private void resolve() {
        InetSocketAddress address = backend.address();
        if (address == null) {
            end(Result.FAILED);
        } else if (!over) {
            lane.directory().resolveBackend(address, loop, this::choose);
        }
    }

    private void choose(@Nullable Route route) {
        if (over) {
            return;
        }
        List<Route.Endpoint> meshed = route instanceof Route.ToEndpoints to
                ? to.endpoints().stream().filter(Route.Endpoint::meshed).toList()
                : List.of();
        long now = System.nanoTime();
        Route.Endpoint chosen = lane.balancer().choose(meshed, Set.of(), now).orElse(null);
        SpiffeId identity = chosen == null ? null : chosen.identity();
        if (chosen == null || identity == null || lane.sidecar().meantForItself(chosen.address()) != null) {
            end(Result.FAILED);
            return;
        }
        health = lane.balancer().health(chosen).started(now);
        startedNanos = now;
        told.to(chosen.address());
        go(chosen, identity);
    }

    /** Called when the copy can be written: sends the data that has come so far. */
    protected final void goes() {
        goes = true;
        for (ByteBuf data = waiting.poll(); data != null; data = waiting.poll()) {
            write(data);
        }
        waitingBytes = 0;
        if (requestEnded) {
            finish();
        }
    }

    /** Adds data of the request; the caller keeps ownership. */
    public final void add(ByteBuf data) {
        int bytes = data.readableBytes();
        if (over || bytes == 0) {
            return;
        }
        pieces = goes && queued() == 0 ? 0 : pieces + 1;
        if (waitingBytes + queued() + bytes + pieces * PIECE > MOST_WAITING) {
            end(Result.GIVEN_UP);
            return;
        }
        ByteBuf copy = data.alloc().buffer(bytes).writeBytes(data, data.readerIndex(), bytes);
        if (goes) {
            write(copy);
        } else {
            waiting.add(copy);
            waitingBytes += bytes;
        }
    }

    /** Called when the whole request has come. */
    public final void requestEnded() {
        if (!over && !requestEnded) {
            requestEnded = true;
            deadline.start(loop, LONGEST, () -> end(Result.GIVEN_UP));
            if (goes) {
                finish();
            }
        }
    }

    /** Called when the rest of the request will not come; does nothing if the whole request has come. */
    public final void requestOver() {
        if (!requestEnded) {
            end(Result.GIVEN_UP);
        }
    }

    /** Called when the final response has begun, with its status. */
    protected final void answers(int ofResponse) {
        status = ofResponse;
        if (health != null) {
            long now = System.nanoTime();
            health.observed(now - startedNanos, status >= SERVER_ERROR, now);
        }
    }

    protected final void end(Result result) {
        if (over) {
            return;
        }
        over = true;
        lane.mirrors().ended();
        release();
        deadline.cancel();
        if (health != null) {
            health.ended(System.nanoTime());
        }
        told.ended(result, status);
        drop();
    }

    private void release() {
        waiting.forEach(ByteBuf::release);
        waiting.clear();
    }

    protected final LoopContext lane() {
        return lane;
    }

    protected final boolean isOver() {
        return over;
    }

    protected final boolean hasRequestEnded() {
        return requestEnded;
    }

    /** Whether no data waits to be written. */
    protected final boolean isWritten() {
        return waiting.isEmpty();
    }
}
