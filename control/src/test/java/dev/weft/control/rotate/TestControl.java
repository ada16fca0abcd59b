package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.ProxyInfo;
import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.api.v1.TrustOperatorGrpc.TrustOperatorBlockingStub;
import dev.weft.control.ControlPlane;
import dev.weft.control.TestPlanes;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.control.token.JoinTokens;
import dev.weft.identity.spiffe.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A control plane over a state directory, with the operator's channel to it. Many may follow one another. */
final class TestControl implements AutoCloseable {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    final Path state;
    final ControlPlane plane;
    private final JoinTokens tokens;
    private final OperatorChannel channel;

    /** @param workloads names in namespace shop, each with a ServiceAccount of its name */
    TestControl(Path state, List<String> workloads, Clock clock, String... flags) throws IOException {
        this(state, workloads, clock, RotationTimings.REAL, flags);
    }

    TestControl(Path state, List<String> workloads, Clock clock, RotationTimings timings, String... flags)
            throws IOException {
        this.state = state;
        Path registry = state.resolveSibling("mesh.yaml");
        StringBuilder yaml = new StringBuilder();
        for (String workload : workloads) {
            yaml.append("""
                    ---
                    apiVersion: weft.dev/v1alpha1
                    kind: Workload
                    metadata: {name: %1$s, namespace: shop}
                    spec: {serviceAccount: %1$s}
                    """.formatted(workload));
        }
        Files.writeString(registry, yaml);
        tokens = new JoinTokens(state.resolve("tokens"), Clock.systemUTC());
        plane = TestPlanes.start(registry, state, clock, timings, flags);
        channel = OperatorChannel.open(state);
    }

    /** One of several that share a store. */
    TestControl(Path state, ControlPlane plane, JoinTokens tokens) {
        this.state = state;
        this.plane = plane;
        this.tokens = tokens;
        channel = OperatorChannel.open(state);
    }

    TrustOperatorBlockingStub operator() {
        return TrustOperatorGrpc.newBlockingStub(channel.channel()).withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    ShowTrustResponse show() {
        return operator().showTrust(ShowTrustRequest.getDefaultInstance());
    }

    ProxyInfo proxy(String name) {
        return show().getProxiesList().stream()
                .filter(proxy -> proxy.getWorkload().equals("shop/" + name))
                .findFirst()
                .orElseThrow();
    }

    String token(String name) {
        return tokens.create(SpiffeId.ofServiceAccount(Operations.DOMAIN, "shop", name), Duration.ofMinutes(5));
    }

    /** A check that fails for now by an AssertionError. */
    @FunctionalInterface
    interface Check {
        void run() throws Exception;
    }

    static void eventually(Check check) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (true) {
            try {
                check.run();
                return;
            } catch (AssertionError failure) {
                assertThat(System.nanoTime())
                        .as("waited too long: " + failure.getMessage())
                        .isLessThan(end);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    @Override
    public void close() {
        channel.close();
        plane.close();
    }
}
