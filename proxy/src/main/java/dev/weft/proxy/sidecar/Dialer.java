package dev.weft.proxy.sidecar;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.capture.Sockets;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Relay;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;

/** Makes plain connections: to the workload's application, and to addresses outside of the mesh. */
public record Dialer(Sidecar sidecar) {
    /** Waits for a connection; its methods are called on the connection's event loop. */
    public interface Caller {
        /** Whether the connection is not wanted any more. If so, it is reset and no other method is called. */
        boolean over();

        /** The connection is established. It starts to read when the receiver tells it to. */
        void connected(Channel channel);

        /** The connection could not be made. */
        void failed(Refusal refusal);
    }

    /** Connects to the workload's application. */
    public void application(
            EventLoop loop, Descriptors.Use use, InetSocketAddress address, ChannelHandler handler, Caller caller) {
        dial(
                sidecar.sockets()
                        .connect(loop, Sockets.Peer.APPLICATION, use, address, sidecar.connectTimeout(), handler),
                Refusal.Code.APPLICATION_UNREACHABLE,
                "the application at " + HostPort.text(address) + " did not accept",
                caller);
    }

    /** Connects to an address outside of the mesh, without a tunnel. */
    public void network(EventLoop loop, InetSocketAddress address, ChannelHandler handler, Caller caller) {
        dial(
                sidecar.sockets()
                        .connect(
                                loop,
                                Sockets.Peer.NETWORK,
                                Descriptors.Use.SESSION,
                                address,
                                sidecar.connectTimeout(),
                                handler),
                Refusal.Code.CONNECT_FAILED,
                "no connection to " + HostPort.text(address),
                caller);
    }

    private void dial(Future<Channel> dialled, Refusal.Code code, String otherwise, Caller caller) {
        var _ = dialled.addListener((Future<Channel> done) -> {
            if (caller.over()) {
                Relay.reset(done);
            } else if (done.isSuccess()) {
                caller.connected(done.getNow());
            } else {
                caller.failed(sidecar.notConnected(done.cause(), code, otherwise));
            }
        });
    }
}
