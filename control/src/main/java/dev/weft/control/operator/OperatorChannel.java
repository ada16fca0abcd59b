package dev.weft.control.operator;

import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** An operator's connection to the control plane of a state directory. */
public final class OperatorChannel implements AutoCloseable {

    private final EventLoopGroup loops;
    private final ManagedChannel channel;

    private OperatorChannel(
            SocketAddress address, Class<? extends Channel> type, String authority, ClientInterceptor... interceptors) {
        this.loops = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("operator", true), EpollIoHandler.newFactory());
        this.channel = NettyChannelBuilder.forAddress(address)
                .channelType(type)
                .eventLoopGroup(loops)
                .negotiationType(NegotiationType.PLAINTEXT)
                .overrideAuthority(authority)
                .intercept(interceptors)
                .maxInboundMessageSize(OperatorServer.MAX_MESSAGE * 16)
                .build();
    }

    /** Returns a channel that connects at the first call, and again when the control plane is back. */
    public static OperatorChannel open(Path stateDirectory) {
        Path socket = stateDirectory.toAbsolutePath().resolve(OperatorServer.SOCKET);
        return new OperatorChannel(
                new DomainSocketAddress(socket.toFile()), EpollDomainSocketChannel.class, "operator");
    }

    /**
     * Returns a channel to the viewers' port of a control plane, through a port of this machine.
     *
     * @param token bearer token sent with each call
     */
    public static OperatorChannel forViewer(int port, String token) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        return new OperatorChannel(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
                EpollSocketChannel.class,
                "127.0.0.1:" + port,
                MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    /** Returns the gRPC channel for stubs. */
    public ManagedChannel channel() {
        return channel;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        var _ = loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }
}
