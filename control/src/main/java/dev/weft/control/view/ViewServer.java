package dev.weft.control.view;

import dev.weft.control.operator.LeaderOnly;
import dev.weft.control.operator.OperatorServer;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Serves viewers, who may only look. Listens on the loopback address, in clear: on Kubernetes only the API server's
 * port-forward reaches that address from the cluster. It offers those methods of the operators' services that change
 * nothing.
 */
public final class ViewServer implements AutoCloseable {

    /** The port on Kubernetes. */
    public static final int PORT = 15018;

    private static final String GET = "get";
    private static final String TAP = "tap";
    /** A tap lasts as long as its caller watches; the number of taps is limited elsewhere. */
    private static final String TAP_REQUESTS = "weft.v1.ObservationOperator/TapRequests";

    /** Enough threads for all calls that are judged and answered, and to refuse others. */
    private static final int THREADS = ViewGuard.MAX_JUDGED + ConcurrentCallLimit.MAX + 2;

    /** The verb that each method requires. */
    static final Map<String, String> VERBS = Map.ofEntries(
            Map.entry("weft.v1.TrustOperator/ShowTrust", GET),
            Map.entry("weft.v1.TrustDomainOperator/ListTrustDomains", GET),
            Map.entry("weft.v1.RevocationOperator/ListRevocations", GET),
            Map.entry("weft.v1.JoinOperator/ListMachines", GET),
            Map.entry("weft.v1.ObservationOperator/ListEdges", GET),
            Map.entry("weft.v1.ObservationOperator/ListPolicedWorkloads", GET),
            Map.entry(TAP_REQUESTS, TAP),
            Map.entry("weft.v1.QuestionOperator/ExplainCall", GET),
            Map.entry("weft.v1.QuestionOperator/ExplainOutside", GET),
            Map.entry("weft.v1.QuestionOperator/ListRoutes", GET),
            Map.entry("weft.v1.QuestionOperator/Analyze", GET));

    private static final int MAX_MESSAGE = 64 * 1024;
    private static final int MAX_METADATA = 16 * 1024;
    private static final int MAX_CALLS_PER_CONNECTION = 16;
    /** Maximum age of a connection; a tap ends with it, and a repeated tap is judged again. */
    private static final long MAX_AGE_SECONDS = 600;

    private static final long GRACE_MILLIS = 500;

    private final Server server;
    private final ExecutorService executor;

    private ViewServer(Server server, ExecutorService executor) {
        this.server = server;
        this.executor = executor;
    }

    /**
     * Starts to listen on the loopback address.
     *
     * @param operators the operators' services; only their methods that look are offered
     * @param viewers judge each call
     * @param leader decides which calls are answered here
     * @throws IOException if the port cannot be listened on
     */
    public static ViewServer start(int port, List<BindableService> operators, Viewers viewers, LeaderOnly leader)
            throws IOException {
        ExecutorService executor = threads();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port))
                .executor(executor)
                .intercept(new ConcurrentCallLimit(Set.of(TAP_REQUESTS)))
                .intercept(leader)
                // Added last, so it runs first.
                .intercept(new ViewGuard(viewers, VERBS))
                .maxInboundMessageSize(MAX_MESSAGE)
                .maxInboundMetadataSize(MAX_METADATA)
                .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                .maxConnectionIdle(1, TimeUnit.MINUTES)
                .maxConnectionAge(MAX_AGE_SECONDS, TimeUnit.SECONDS)
                .maxConnectionAgeGrace(GRACE_MILLIS, TimeUnit.MILLISECONDS);
        for (BindableService service : operators) {
            ServerServiceDefinition looking = readOnly(service.bindService());
            if (!looking.getMethods().isEmpty()) {
                builder.addService(looking);
            }
        }
        ViewServer view = new ViewServer(builder.build(), executor);
        try {
            view.server.start();
            return view;
        } catch (IOException | RuntimeException e) {
            view.close();
            throw e;
        }
    }

    /**
     * Creates platform threads: work for viewers must not occupy the carriers of the virtual threads that serve the
     * mesh.
     */
    private static ExecutorService threads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                1,
                TimeUnit.MINUTES,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("view-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    private static ServerServiceDefinition readOnly(ServerServiceDefinition all) {
        ServerServiceDefinition.Builder looking =
                ServerServiceDefinition.builder(all.getServiceDescriptor().getName());
        for (ServerMethodDefinition<?, ?> method : all.getMethods()) {
            if (VERBS.containsKey(method.getMethodDescriptor().getFullMethodName())) {
                looking.addMethod(method);
            }
        }
        return looking.build();
    }

    /** Returns the port of the listener. */
    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        OperatorServer.end(server);
        executor.shutdownNow();
    }
}
