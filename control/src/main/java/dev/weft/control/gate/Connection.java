package dev.weft.control.gate;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One connection, from when it is accepted. The first handler of its pipeline: it sees what arrives before TLS does. Belongs
 * to its event loop, but for the counts of calls and what the {@link Bodies} keep of it.
 */
final class Connection extends ChannelInboundHandlerAdapter {

    private final ConnectionGate gate;
    private final Limits limits;
    private final Channel channel;
    private final InetAddress address;
    /** Since the last call ended. */
    private final AtomicInteger bytes = new AtomicInteger();

    private final AtomicInteger calls = new AtomicInteger();
    private final List<Future<?>> timers = new ArrayList<>();
    private @Nullable ChannelHandlerContext context;
    private boolean proven;
    /** Of the {@link Bodies}, under their lock. */
    private boolean cut;

    Connection(ConnectionGate gate, Limits limits, Channel channel, InetAddress address) {
        this.gate = gate;
        this.limits = limits;
        this.channel = channel;
        this.address = address;
    }

    Channel channel() {
        return channel;
    }

    InetAddress address() {
        return address;
    }

    boolean proven() {
        return proven;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        gate.opened(this);
        var _ = channel.closeFuture().addListener(_ -> {
            cancelTimers();
            gate.closed(this);
        });
        timers.add(after(limits.firstCall(), () -> {
            if (calls.get() == 0) {
                cut("no-call");
            }
        }));
        timers.add(after(limits.unprovenLife(), () -> cut("unproven")));
    }

    /** Its client has shown a certificate that verifies. */
    void prove() {
        proven = true;
        cancelTimers();
    }

    @Override
    public void channelRead(ChannelHandlerContext first, Object message) {
        if (!proven
                && message instanceof ByteBuf data
                && bytes.addAndGet(data.readableBytes()) > limits.unprovenBytes()) {
            ReferenceCountUtil.release(message);
            cut("bytes");
            return;
        }
        first.fireChannelRead(message);
    }

    /** Says that it is about to be cut off: nothing of it counts any longer. */
    void markCut() {
        cut = true;
    }

    boolean isCut() {
        return cut;
    }

    /** Ends it, on whatever thread: the requests that it has under way are too much. */
    void cutForBodies() {
        channel.eventLoop().execute(() -> cut("bodies"));
    }

    void callBegan() {
        calls.incrementAndGet();
    }

    void callEnded() {
        bytes.set(0);
    }

    /** Has the connection closed when a call takes too long; to be cancelled when it has not. */
    Future<?> limitCall() {
        return after(limits.call(), () -> cut("call"));
    }

    private Future<?> after(Duration time, Runnable task) {
        return channel.eventLoop().schedule(task, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void cancelTimers() {
        timers.forEach(timer -> timer.cancel(false));
        timers.clear();
    }

    private void cut(String reason) {
        ChannelHandlerContext first = context;
        if (first != null && channel.isOpen()) {
            gate.cut(this, reason);
            // From here, past all other handlers: HTTP/2 would wait for calls to end.
            var _ = first.close();
        }
    }
}
