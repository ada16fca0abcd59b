package dev.weft.control.operator;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** An operator's connection to the control plane of a state directory. */
public final class OperatorChannel implements AutoCloseable {

    private final EventLoopGroup loops;
    private final ManagedChannel channel;

    private OperatorChannel(EventLoopGroup loops, ManagedChannel channel) {
        this.loops = loops;
        this.channel = channel;
    }

    /** Returns a channel that connects at the first call, and again when the control plane is back. */
    public static OperatorChannel open(Path stateDirectory) {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("operator", true), EpollIoHandler.newFactory());
        Path socket = stateDirectory.toAbsolutePath().resolve(OperatorServer.SOCKET);
        ManagedChannel channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                .channelType(EpollDomainSocketChannel.class)
                .eventLoopGroup(loops)
                .negotiationType(NegotiationType.PLAINTEXT)
                .overrideAuthority("operator")
                .maxInboundMessageSize(OperatorServer.MAX_MESSAGE * 16)
                .build();
        return new OperatorChannel(loops, channel);
    }

    /**
     * Returns a channel to the viewers' port of a control plane, through a port of this machine.
     *
     * @param token bearer token sent with each call
     */
    public static OperatorChannel forViewer(int port, String token) {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("operator", true), EpollIoHandler.newFactory());
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port))
                .channelType(EpollSocketChannel.class)
                .eventLoopGroup(loops)
                .negotiationType(NegotiationType.PLAINTEXT)
                .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
                .maxInboundMessageSize(OperatorServer.MAX_MESSAGE * 16)
                .build();
        return new OperatorChannel(loops, channel);
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
