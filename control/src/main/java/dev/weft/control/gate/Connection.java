package dev.weft.control.gate;

import dev.weft.daemon.listen.Network;
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
 * Guards one accepted connection. It is the first handler of the pipeline, so it sees the bytes before TLS does. Used
 * only on the connection's event loop, except for the counts of calls and the fields that {@link HeldBodies} uses.
 */
final class Connection extends ChannelInboundHandlerAdapter implements ProvenConnections.Member {

    /**
     * Bytes that may still arrive after the client was told that it sent too much: a connection's flow-control window,
     * and frames around it.
     */
    private static final int IN_FLIGHT = 320 * 1024;
    /** Time for the client to receive the answer before the connection is closed. */
    private static final Duration LEAVE = Duration.ofSeconds(2);

    private final ConnectionGate gate;
    private final Limits limits;
    private final Channel channel;
    private final InetAddress address;
    /** Bytes received since the last call ended. */
    private final AtomicInteger bytes = new AtomicInteger();

    private final AtomicInteger calls = new AtomicInteger();
    private final List<Future<?>> timers = new ArrayList<>();
    /** Calls of an unproven client whose requests are not complete yet. */
    private final Set<RefusableCall<?, ?>> incoming = ConcurrentHashMap.newKeySet();

    private @Nullable ChannelHandlerContext context;
    private boolean handshaken;
    private volatile boolean proven;
    private volatile boolean tooMuch;
    /** Whether the connection is about to be cut off; used by {@link HeldBodies}, under its lock. */
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

    boolean proven() {
        return proven;
    }

    @Override
    public Network network() {
        return Network.of(address);
    }

    @Override
    public void giveWay() {
        channel.eventLoop().execute(() -> cut("identity"));
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

    /** The handshake is complete: from here on a refusal can be sent to the client. */
    void handshaken() {
        handshaken = true;
    }

    /** The client has proven an identity that is trusted. */
    void prove() {
        proven = true;
        cancelTimers();
    }

    @Override
    public void channelRead(ChannelHandlerContext first, Object message) {
        if (!proven && message instanceof ByteBuf data) {
            int sum = bytes.addAndGet(data.readableBytes());
            if (sum > limits.unprovenBytes() + (handshaken ? IN_FLIGHT : 0)) {
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
     * Refuses a client that has sent too much. A client that is cut off in the middle of its request does not learn the
     * reason, so its calls are answered first, and bytes on the way are read: if unread bytes remained, the kernel
     * would reset the connection and lose the answer.
     */
    private void refuse() {
        tooMuch = true;
        incoming.forEach(call -> call.refuseTooLarge(limits.unprovenBytes()));
        timers.add(after(LEAVE, () -> cut("bytes")));
    }

    /** The request of this call has begun; it is refused at once if the client has sent too much already. */
    void requestBegan(RefusableCall<?, ?> call) {
        if (!proven) {
            incoming.add(call);
            if (tooMuch) {
                call.refuseTooLarge(limits.unprovenBytes());
            }
        }
    }

    void requestEnded(RefusableCall<?, ?> call) {
        incoming.remove(call);
    }

    /** Marks the connection as about to be cut off: none of its bytes count any longer. */
    void markCut() {
        cut = true;
    }

    boolean isCut() {
        return cut;
    }

    /** Cuts the connection off, on any thread, because its pending requests are too large. */
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

    /** Closes the connection if a call takes too long. Cancel the returned timer when the call has ended. */
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
            gate.refused(address, reason);
            // Closes from this handler, past all others: HTTP/2 would wait for calls to end.
            var _ = first.close();
        }
    }
}
