package dev.weft.proxy;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server of gRPC, by the reference implementation, that says back what it is told and counts its calls. */
final class GrpcEcho implements AutoCloseable {
    static final String SERVICE = "shop.v1.Orders";

    final AtomicInteger calls = new AtomicInteger();
    /** One for each call that its caller has given up. */
    final BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();

    /** If set, calls fail with RESOURCE_EXHAUSTED and this {@code grpc-retry-pushback-ms}. */
    volatile @Nullable String pushback;

    private final Server server;

    /** With methods Get, Watch, and Silent, which never answers. */
    GrpcEcho() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(MeshFixture.LOOPBACK, 0))
                .addService(ServerServiceDefinition.builder(SERVICE)
                        .addMethod(method("Get"), ServerCalls.asyncBidiStreamingCall(out -> echo(out, false)))
                        .addMethod(method("Watch"), ServerCalls.asyncBidiStreamingCall(out -> echo(out, false)))
                        .addMethod(method("Silent"), ServerCalls.asyncBidiStreamingCall(out -> echo(out, true)))
                        .build())
                .build()
                .start();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(MeshFixture.LOOPBACK, server.getPort());
    }

    private StreamObserver<byte[]> echo(StreamObserver<byte[]> out, boolean silent) {
        calls.incrementAndGet();
        String asked = pushback;
        if (asked != null) {
            Metadata trailers = new Metadata();
            trailers.put(Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER), asked);
            out.onError(Status.RESOURCE_EXHAUSTED.asRuntimeException(trailers));
            return new IgnoredMessages();
        }
        ((ServerCallStreamObserver<byte[]>) out).setOnCancelHandler(() -> cancelled.add("cancelled"));
        return new StreamObserver<>() {
            @Override
            public void onNext(byte[] message) {
                if (!silent) {
                    out.onNext(message);
                }
            }

            @Override
            public void onError(Throwable thrown) {}

            @Override
            public void onCompleted() {
                if (!silent) {
                    out.onCompleted();
                }
            }
        };
    }

    private static final class IgnoredMessages implements StreamObserver<byte[]> {
        @Override
        public void onNext(byte[] message) {}

        @Override
        public void onError(Throwable thrown) {}

        @Override
        public void onCompleted() {}
    }

    static MethodDescriptor<byte[], byte[]> method(String name) {
        return method(name, MethodDescriptor.MethodType.BIDI_STREAMING);
    }

    static MethodDescriptor<byte[], byte[]> method(String name, MethodDescriptor.MethodType type) {
        MethodDescriptor.Marshaller<byte[]> bytes = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] value) {
                return new ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(InputStream stream) {
                try {
                    return stream.readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        return MethodDescriptor.newBuilder(bytes, bytes)
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .build();
    }

    /** Notes what is answered, and how it ends. */
    static StreamObserver<byte[]> noting(BlockingQueue<String> heard) {
        return new StreamObserver<>() {
            @Override
            public void onNext(byte[] message) {
                heard.add(message.length + " octets");
            }

            @Override
            public void onError(Throwable thrown) {
                heard.add(Status.fromThrowable(thrown).getCode().name());
            }

            @Override
            public void onCompleted() {
                heard.add("OK");
            }
        };
    }

    /** Finishes what is open and takes no more. */
    void drain() {
        server.shutdown();
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
