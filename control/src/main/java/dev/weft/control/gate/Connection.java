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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One connection, from when it is accepted. The first handler of its pipeline: it sees what arrives before TLS does. Belongs
 * to its event loop, but for the counts of calls and what the {@link HeldBodies} keep of it.
 */
final class Connection extends ChannelInboundHandlerAdapter {

    /** A client that is told that it sends too much may have so much on its way: the window of a connection, and frames around it. */
    private static final int ON_ITS_WAY = 320 * 1024;
    /** For the client to take the answer, before the connection ends. */
    private static final Duration LEAVE = Duration.ofSeconds(2);

    private final ConnectionGate gate;
    private final Limits limits;
    private final Channel channel;
    private final InetAddress address;
    /** Since the last call ended. */
    private final AtomicInteger bytes = new AtomicInteger();

    private final AtomicInteger calls = new AtomicInteger();
    private final List<Future<?>> timers = new ArrayList<>();
    /** Calls of an unproven client whose requests are not whole. */
    private final Set<RefusableCall<?, ?>> incoming = ConcurrentHashMap.newKeySet();

    private @Nullable ChannelHandlerContext context;
    private boolean handshaken;
    private volatile boolean proven;
    private volatile boolean tooMuch;
    /** Of the {@link HeldBodies}, under their lock. */
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

    /** The handshake is over: from here on a refusal can be told. */
    void handshaken() {
        handshaken = true;
    }

    /** Its client has shown a certificate that verifies. */
    void prove() {
        proven = true;
        cancelTimers();
    }

    @Override
    public void channelRead(ChannelHandlerContext first, Object message) {
        if (!proven && message instanceof ByteBuf data) {
            int sum = bytes.addAndGet(data.readableBytes());
            if (sum > limits.unprovenBytes() + (handshaken ? ON_ITS_WAY : 0)) {
                ReferenceCountUtil.release(message);
                cut("bytes");
                return;
            }
            if (sum > limits.unprovenBytes() && !tooMuch) {
                refuse();
            }
        }
        first.fireChannelRead(message);
    }

    /**
     * A client that is cut off in the middle of its request does not hear why. So its calls are answered first, and what it has
     * on its way is taken: with unread bytes, the kernel would break the connection off, the answer with it.
     */
    private void refuse() {
        tooMuch = true;
        incoming.forEach(call -> call.refuseTooLarge(limits.unprovenBytes()));
        timers.add(after(LEAVE, () -> cut("bytes")));
    }

    /** The request of this call has begun; it is refused at once where the client has sent too much already. */
    void requestBegan(RefusableCall<?, ?> call) {
        if (!proven) {
            incoming.add(call);
            if (tooMuch) {
                call.refuseTooLarge(limits.unprovenBytes());
            }
        }
    }

    /** The request is whole, or its call over. */
    void requestEnded(RefusableCall<?, ?> call) {
        incoming.remove(call);
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
        if (!tooMuch) {
            bytes.set(0);
        }
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
