package dev.weft.proxy.carry;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.balance.EndpointHealth;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.observe.CopiedRequest;
import dev.weft.proxy.observe.CopiedRequest.Result;
import dev.weft.proxy.route.Backend;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A copy of one request (Gateway API, RequestMirror). It is sent once, to one endpoint that has a sidecar, and its response is
 * dropped. The request never waits for it: a copy that is not taken as fast as the request comes is given up. Belongs to one event
 * loop.
 */
public abstract class Copy {
    /** Bytes of one copy that its endpoint has not taken. */
    public static final int MOST_WAITING = 128 * 1024;
    /** How long the answer may take, once the request has come whole. */
    public static final Duration LONGEST = Duration.ofSeconds(30);

    /** What a piece takes beside its bytes. */
    private static final int PIECE = 512;

    private static final int SERVER_ERROR = 500;

    private final Lane lane;
    private final EventLoop loop;
    private final Backend backend;
    private final CopiedRequest told;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(2);
    private long waitingBytes;
    /** Since all was taken: each is held for itself. */
    private long pieces;

    private boolean goes;
    private boolean requestEnded;
    private boolean over;
    private int status;
    private @Nullable EndpointHealth health;
    private long startedNanos;
    private @Nullable Future<?> end;

    /** Not yet on its way. */
    protected Copy(Lane lane, EventLoop loop, Backend backend, CopiedRequest told) {
        this.lane = lane;
        this.loop = loop;
        this.backend = backend;
        this.told = told;
    }

    /** Begins to go to this endpoint, which must prove the identity. Calls {@link #goes} when it may be written to. */
    protected abstract void go(Route.Endpoint endpoint, SpiffeId identity);

    /** Sends; takes ownership. Called after {@link #goes} only, as is {@link #finish}. */
    protected abstract void write(ByteBuf data);

    /** The request has been written whole. */
    protected abstract void finish();

    /** Bytes that were written and not taken. */
    protected abstract long queued();

    /** Lets go of what it is sent in, if that stands still. */
    protected abstract void drop();

    /** Sends it in a later turn of the loop, after the request itself. */
    public final void start() {
        if (over) {
            return;
        }
        if (lane.copies().begin()) {
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
        EndpointHealth counted = lane.balancer().health(chosen);
        counted.started();
        health = counted;
        startedNanos = now;
        told.to(chosen.address());
        go(chosen, identity);
    }

    /** It may be written to: what has come so far goes. */
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

    /** More of the request has come. Ownership stays. */
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

    /** The request has come whole. */
    public final void requestEnded() {
        if (!over && !requestEnded) {
            requestEnded = true;
            end = loop.schedule(() -> end(Result.GIVEN_UP), LONGEST.toMillis(), TimeUnit.MILLISECONDS);
            if (goes) {
                finish();
            }
        }
    }

    /** The rest of the request will not come, unless it has. */
    public final void requestOver() {
        if (!requestEnded) {
            end(Result.GIVEN_UP);
        }
    }

    /** The final response has begun. */
    protected final void answers(int ofResponse) {
        status = ofResponse;
        if (health != null) {
            long now = System.nanoTime();
            health.observed(now - startedNanos, status >= SERVER_ERROR, now);
        }
    }

    /** It is over. */
    protected final void end(Result result) {
        if (over) {
            return;
        }
        over = true;
        lane.copies().ended();
        release();
        if (end != null) {
            end.cancel(false);
        }
        if (health != null) {
            health.ended();
        }
        told.ended(result, status);
        drop();
    }

    private void release() {
        waiting.forEach(ByteBuf::release);
        waiting.clear();
    }

    /** Of its event loop. */
    protected final Lane lane() {
        return lane;
    }

    /** Whether nothing more happens. */
    protected final boolean isOver() {
        return over;
    }

    /** Whether the request has come whole. */
    protected final boolean hasRequestEnded() {
        return requestEnded;
    }

    /** Whether nothing waits to be written. */
    protected final boolean isWritten() {
        return waiting.isEmpty();
    }
}
