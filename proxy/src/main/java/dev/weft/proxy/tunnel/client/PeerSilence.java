package dev.weft.proxy.tunnel.client;

import dev.weft.proxy.loop.LoopTimer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out that a peer has vanished without a word: its machine is lost, or the network between. TCP notices that only
 * after minutes. While the peer has something to answer, it is asked for a sign of life once it has been silent for a
 * time (a PING of HTTP/2, which a peer answers whatever its streams do), and is lost half of that time later. Every
 * octet counts as a sign of life, and so does an acknowledgement of octets that are still on their way: over a slow
 * network the question itself may arrive late. First handler of a pipeline. Belongs to the channel's event loop.
 *
 * <p>Costs one flag for each read, and one timer for each channel that has something to wait for. The timer looks twice
 * in the allowed time, so a peer is asked after one to one and a half of it.
 */
final class PeerSilence extends ChannelInboundHandlerAdapter {
    /** The looks without a sign of life after which the peer is asked. */
    private static final int ASK = 2;

    private static final int LOST = ASK + 1;

    private final long lookMillis;
    private final BooleanSupplier waits;
    private final Runnable ask;
    private final Runnable vanished;
    private @Nullable ChannelHandlerContext context;
    private final LoopTimer timer = new LoopTimer();
    private boolean heard;
    private int silentLooks;
    private boolean stopped;

    /**
     * @param allowed how long the peer may be silent before it is asked
     * @param waits whether the peer has something to answer; silence means nothing otherwise
     * @param ask asks the peer for a sign of life
     * @param vanished is called once if the peer has not answered in time
     */
    PeerSilence(Duration allowed, BooleanSupplier waits, Runnable ask, Runnable vanished) {
        this.lookMillis = allowed.toMillis() / ASK;
        this.waits = waits;
        this.ask = ask;
        this.vanished = vanished;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        heard = true;
        ctx.fireChannelRead(message);
    }

    /** Called when the peer gets something to answer. */
    void watch() {
        if (!timer.isSet() && !stopped) {
            silentLooks = 0;
            heard = false;
            lookLater();
        }
    }

    /** Ends the watch. */
    void stop() {
        stopped = true;
        timer.cancel();
    }

    private Channel channel() {
        return Objects.requireNonNull(context, "context: in no pipeline").channel();
    }

    private void lookLater() {
        timer.start(channel().eventLoop(), Duration.ofMillis(lookMillis), this::look);
    }

    private void look() {
        if (!waits.getAsBoolean()) {
            return;
        }
        silentLooks = heard ? 0 : silentLooks + 1;
        heard = false;
        if (silentLooks >= LOST && !takesOctets(channel(), lookMillis)) {
            stopped = true;
            vanished.run();
            return;
        }
        if (silentLooks == ASK) {
            ask.run();
        }
        lookLater();
    }

    /**
     * Whether the peer's kernel has acknowledged octets lately, and more of them are on their way. If its process does
     * not read, that ends once its buffer is full: the kernel then asks more and more rarely.
     */
    private static boolean takesOctets(Channel channel, long withinMillis) {
        if (channel instanceof EpollSocketChannel socket) {
            try {
                EpollTcpInfo info = socket.tcpInfo();
                ChannelOutboundBuffer waiting = socket.unsafe().outboundBuffer();
                boolean more = info.unacked() > 0 || (waiting != null && !waiting.isEmpty());
                return more && info.lastAckRecv() < withinMillis;
            } catch (RuntimeException _) { // the channel is being closed
                return false;
            }
        }
        return false;
    }
}
