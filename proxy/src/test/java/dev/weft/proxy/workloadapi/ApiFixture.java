package dev.weft.proxy.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.MessageLite;
import dev.weft.api.spiffe.SpiffeWorkloadAPIGrpc;
import dev.weft.api.spiffe.X509SVIDRequest;
import dev.weft.api.spiffe.X509SVIDResponse;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.observe.SidecarMetrics;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The API on a socket, and clients of grpc-java to it. */
final class ApiFixture implements AutoCloseable {
    static final Metadata.Key<String> KEY = Metadata.Key.of("workload.spiffe.io", Metadata.ASCII_STRING_MARSHALLER);

    final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    final FakeIdentity identity = new FakeIdentity();
    final SidecarMetrics metrics = new SidecarMetrics();
    final Path socket;
    final WorkloadApiServer server;
    /** How long the server waits before it tells of a change. */
    volatile long splayMillis = 20;

    private final List<ManagedChannel> channels = new ArrayList<>();

    ApiFixture(Path directory) {
        this(directory, new CallerCheck());
    }

    ApiFixture(Path directory, CallerCheck neighbour) {
        socket = directory.resolve("api.sock");
        server = new WorkloadApiServer(
                loops, Descriptors.ofProcess(), socket, identity, neighbour, metrics, () -> 2 * splayMillis);
    }

    ManagedChannel channel() {
        ManagedChannel channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                .eventLoopGroup(loops)
                .channelType(EpollDomainSocketChannel.class)
                .usePlaintext()
                .build();
        channels.add(channel);
        return channel;
    }

    static Metadata metadata(String... values) {
        Metadata metadata = new Metadata();
        for (String value : values) {
            metadata.put(KEY, value);
        }
        return metadata;
    }

    SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIBlockingStub stub(String... values) {
        return SpiffeWorkloadAPIGrpc.newBlockingStub(channel())
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata(values)));
    }

    SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIBlockingStub stub() {
        return stub("true");
    }

    /** The state of X.509 as it is now. */
    X509SVIDResponse fetch() {
        return stub().fetchX509SVID(X509SVIDRequest.getDefaultInstance()).next();
    }

    static void assertStatus(Runnable call, Status.Code status, String code) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(status);
            assertThat(e.getStatus().getDescription()).startsWith(code + ": ");
        });
    }

    <Q extends MessageLite, R extends MessageLite> Watch<Q, R> watch(MethodDescriptor<Q, R> method, Q request) {
        Watch<Q, R> watch = new Watch<>(channel()
                .newCall(
                        method.toBuilder()
                                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                                .build(),
                        CallOptions.DEFAULT));
        watch.ask(request);
        return watch;
    }

    /** A call that stays open, and whose client may say more. */
    static final class Watch<Q, R> extends ClientCall.Listener<R> {
        private static final int PLENTY = 1000;

        final BlockingQueue<R> messages = new LinkedBlockingQueue<>();
        final BlockingQueue<Status> end = new LinkedBlockingQueue<>();
        private final ClientCall<Q, R> call;

        Watch(ClientCall<Q, R> call) {
            this.call = call;
            call.start(this, metadata("true"));
            call.request(PLENTY);
        }

        void ask(Q request) {
            call.sendMessage(request);
        }

        void cancel() {
            call.cancel("enough", null);
        }

        R next() throws InterruptedException {
            R message = messages.poll(20, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("no message; status " + end.poll());
            }
            return message;
        }

        Status status() throws InterruptedException {
            Status status = end.poll(20, TimeUnit.SECONDS);
            if (status == null) {
                throw new AssertionError("the call goes on");
            }
            return status;
        }

        @Override
        public void onMessage(R message) {
            messages.add(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            end.add(status);
        }
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        server.close();
        loops.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }
}
