package dev.weft.interop;

import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A server and a client of gRPC without TLS, with a method of each kind of call.
 *
 * <pre>
 * serve PORT     answers
 * call TARGET    makes one call of each kind, and prints a line for each: its method, its status, its answers
 * talk TARGET    opens one call in which both sides stream: sends each line of its input, prints each answer, and the status
 * </pre>
 */
public final class GrpcProgram {

    private static final String SERVICE = "weft.interop.Echo";
    private static final MethodDescriptor<String, String> SAY = method("Say", MethodType.UNARY);
    private static final MethodDescriptor<String, String> COUNT = method("Count", MethodType.SERVER_STREAMING);
    private static final MethodDescriptor<String, String> SUM = method("Sum", MethodType.CLIENT_STREAMING);
    private static final MethodDescriptor<String, String> TALK = method("Talk", MethodType.BIDI_STREAMING);
    private static final int LIMIT_SECONDS = 20;

    private GrpcProgram() {}

    /** Serves until it is ended, or calls and returns. */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("serve")) {
            Grpc.newServerBuilderForPort(Integer.parseInt(arguments[1]), InsecureServerCredentials.create())
                    .addService(service())
                    .build()
                    .start()
                    .awaitTermination();
            return;
        }
        ManagedChannel channel = Grpc.newChannelBuilder(arguments[1], InsecureChannelCredentials.create())
                .build();
        if (arguments[0].equals("talk")) {
            talk(channel);
        } else {
            callEach(channel);
        }
        channel.shutdownNow();
    }

    private static void callEach(ManagedChannel channel) throws InterruptedException {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS);
        Answers say = new Answers("Say");
        ClientCalls.asyncUnaryCall(channel.newCall(SAY, options), "hello", say);
        say.await();
        Answers count = new Answers("Count");
        ClientCalls.asyncServerStreamingCall(channel.newCall(COUNT, options), "3", count);
        count.await();
        Answers sum = new Answers("Sum");
        send(ClientCalls.asyncClientStreamingCall(channel.newCall(SUM, options), sum), "1", "2", "3");
        sum.await();
        Answers talk = new Answers("Talk");
        send(ClientCalls.asyncBidiStreamingCall(channel.newCall(TALK, options), talk), "a", "b");
        talk.await();
    }

    private static void send(StreamObserver<String> call, String... messages) {
        List.of(messages).forEach(call::onNext);
        call.onCompleted();
    }

    private static void talk(ManagedChannel channel) throws IOException, InterruptedException {
        Answers answers = new Answers("Talk") {
            @Override
            public void onNext(String answer) {
                System.out.println("answer " + answer);
            }
        };
        StreamObserver<String> call =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(TALK, CallOptions.DEFAULT), answers);
        Thread input = Thread.ofVirtual().start(() -> sendLines(call));
        answers.await();
        input.interrupt();
    }

    private static void sendLines(StreamObserver<String> call) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            lines.lines().forEach(call::onNext);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerServiceDefinition service() {
        return ServerServiceDefinition.builder(SERVICE)
                .addMethod(SAY, ServerCalls.asyncUnaryCall((String request, StreamObserver<String> answers) -> {
                    answers.onNext(request);
                    answers.onCompleted();
                }))
                .addMethod(
                        COUNT,
                        ServerCalls.asyncServerStreamingCall((String request, StreamObserver<String> answers) -> {
                            for (int i = 1; i <= Integer.parseInt(request); i++) {
                                answers.onNext(Integer.toString(i));
                            }
                            answers.onCompleted();
                        }))
                .addMethod(SUM, ServerCalls.asyncClientStreamingCall(Sum::new))
                .addMethod(TALK, ServerCalls.asyncBidiStreamingCall(Echo::new))
                .build();
    }

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setRequestMarshaller(new Utf8())
                .setResponseMarshaller(new Utf8())
                .build();
    }

    /** Messages are text. */
    private static final class Utf8 implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** What a call is answered: one line when it ends. */
    private static class Answers implements StreamObserver<String> {
        private final String method;
        private final StringBuilder answers = new StringBuilder();
        private final CountDownLatch ended = new CountDownLatch(1);

        Answers(String method) {
            this.method = method;
        }

        @Override
        public void onNext(String answer) {
            answers.append(' ').append(answer);
        }

        @Override
        public void onError(Throwable error) {
            Status status = Status.fromThrowable(error);
            System.out.println(method + " " + status.getCode() + " " + status.getDescription());
            ended.countDown();
        }

        @Override
        public void onCompleted() {
            System.out.println(method + " OK" + answers);
            ended.countDown();
        }

        void await() throws InterruptedException {
            ended.await();
        }
    }

    /** Answers each message. */
    private record Echo(StreamObserver<String> answers) implements StreamObserver<String> {
        @Override
        public void onNext(String message) {
            answers.onNext(message);
        }

        @Override
        public void onError(Throwable error) {
            System.out.println("cancelled " + Status.fromThrowable(error).getCode());
        }

        @Override
        public void onCompleted() {
            answers.onCompleted();
        }
    }

    /** Answers once, with the sum. */
    private static final class Sum implements StreamObserver<String> {
        private final StreamObserver<String> answers;
        private int sum;

        Sum(StreamObserver<String> answers) {
            this.answers = answers;
        }

        @Override
        public void onNext(String message) {
            sum += Integer.parseInt(message);
        }

        @Override
        public void onError(Throwable error) {
            System.out.println("cancelled " + Status.fromThrowable(error).getCode());
        }

        @Override
        public void onCompleted() {
            answers.onNext(Integer.toString(sum));
            answers.onCompleted();
        }
    }
}
