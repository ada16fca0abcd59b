package dev.weft.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.RefusedCall;
import dev.weft.proxy.control.ControlClient;
import dev.weft.proxy.control.ControlTarget;
import dev.weft.testing.Waiting;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A token of the platform: what is in the file now is shown, again where that can be of use. */
@Timeout(60)
class WorkloadTokenTest {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private FakeControlPlane control;
    private IdentityManager manager;
    private Path file;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws Exception {
        control = new FakeControlPlane(group);
        control.workloadTokens.add("first");
        file = Files.writeString(directory.resolve("token"), "first\n");
        ControlClient client =
                new ControlClient(group.next(), new ControlTarget("127.0.0.1", control.port(), FakeControlPlane.ID, 0));
        manager = new IdentityManager(
                FakeControlPlane.WORKLOAD,
                new TokenFile(file, TokenFile.Kind.WORKLOAD),
                client,
                new TlsContexts(control.bundles(), InstantSource.system()),
                InstantSource.system(),
                () -> 0, // of what is drawn, the least: no test waits longer than it must
                fresh -> {});
    }

    @AfterEach
    void stop() throws Exception {
        manager.close();
        control.close();
        group.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).sync();
    }

    private void first() throws Exception {
        manager.start().get(30, TimeUnit.SECONDS);
    }

    private void renews(int renewal) throws InterruptedException {
        manager.renewNow();
        Waiting.until("renewed", () -> manager.renewals() == renewal);
    }

    @Test
    void provesTheWorkloadAndThenTheCertificateDoes() throws Exception {
        first();
        renews(2);
        assertThat(control.proofs).containsExactly("workload-token", FakeControlPlane.WORKLOAD.toString());
    }

    @Test
    void isShownAgainAsOftenAsAGoodCertificateIsRefused() throws Exception {
        first();
        control.refusesSvids = true;
        renews(2);
        renews(3);
        assertThat(control.proofs).containsExactly("workload-token", "workload-token", "workload-token");
    }

    @Test
    void isReadAgainForEachUse() throws Exception {
        first();
        control.refusesSvids = true;
        control.workloadTokens.clear();
        control.workloadTokens.add("second");
        Files.writeString(file, "second\n");
        renews(2);
        assertThat(control.refused).containsOnly("");
    }

    @Test
    void isShownAgainWhenItCouldNotBeLookedAt() throws Exception {
        control.cannotAttest = true;
        var certificate = manager.start();
        Waiting.until("failures", () -> manager.health().failures() >= 2);
        control.cannotAttest = false;
        certificate.get(30, TimeUnit.SECONDS);
        assertThat(control.refused).containsOnly("first");

        control.refusesSvids = true;
        control.cannotAttest = true;
        control.refused.clear();
        manager.renewNow();
        Waiting.until(
                "shown twice",
                () -> control.refused.stream().filter("first"::equals).count() >= 2);
        control.cannotAttest = false;
        Waiting.until("renewed", () -> manager.renewals() == 2);
        assertThat(control.proofs).containsExactly("workload-token", "workload-token");
    }

    @Test
    void isNotShownAgainOnceItWasRefusedUntilThereIsAnother() throws Exception {
        first();
        control.refusesSvids = true;
        control.workloadTokens.clear();
        manager.renewNow();
        Waiting.until("failures", () -> manager.health().failures() >= 4);
        assertThat(control.refused).containsOnlyOnce("first");
        control.workloadTokens.add("second");
        Files.writeString(file, "second\n");
        Waiting.until("renewed", () -> manager.renewals() == 2);
        assertThat(control.proofs).containsExactly("workload-token", "workload-token");
    }

    @Test
    void isNamedWhereItIsMissing() throws Exception {
        Files.delete(file);
        var _ = manager.start();
        Waiting.until(
                "failure",
                () -> String.valueOf(manager.health().reason()).endsWith("has no workload token")
                        && String.valueOf(manager.health().reason()).contains("workload-token-file " + file));
        assertThat(manager.refusal().map(RefusedCall::getCode)).contains("WEFT-D036");
    }
}
