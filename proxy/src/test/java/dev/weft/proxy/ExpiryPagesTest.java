package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.admin.AdminPages.Page;
import dev.weft.identity.keys.Pem;
import dev.weft.proxy.identity.FakeControlPlane;
import dev.weft.proxy.settings.ProxySettings;
import dev.weft.testing.MovedClock;
import dev.weft.testing.Waiting;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the operator sees of a whole sidecar whose certificate is not renewed, and of one whose clock jumps. */
@Timeout(60)
class ExpiryPagesTest {
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final MovedClock clock = new MovedClock();
    private FakeControlPlane control;
    private Wiring wiring;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws Exception {
        control = new FakeControlPlane(loops);
        control.tokens.add("secret");
        ProxySettings settings = ProxySettings.parse(
                List.of(
                        "--workload=shop/web",
                        "--service-account=web",
                        "--control-plane=127.0.0.1:" + control.port(),
                        "--control-plane-id=" + FakeControlPlane.ID,
                        "--anchors-file="
                                + Files.writeString(
                                        directory.resolve("anchors.pem"),
                                        Pem.encodeCertificates(List.of(control.anchor()))),
                        "--token-file=" + Files.writeString(directory.resolve("token"), "secret"),
                        "--outbound-port=0",
                        "--inbound-port=0",
                        "--tunnel-port=0",
                        "--admin-address=127.0.0.1:0",
                        "--mark=0",
                        "--access-log=" + directory.resolve("access.log")),
                Map.of());
        wiring = new Wiring(settings, clock, loops, channel -> null, channel -> null);
    }

    @AfterEach
    void stop() {
        wiring.close();
        control.close();
        loops.shutdownGracefully(100, 2000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    private Page page(String path) {
        return Objects.requireNonNull(wiring.pages().pages().get(path)).get();
    }

    private String metrics() {
        return page("/metrics").body();
    }

    @Test
    void warnsOnAllPagesWhileTheCertificateStillCountsAndNoMoreOnceItIsRenewed() throws Exception {
        wiring.start();
        Waiting.until("a certificate", () -> wiring.workload().identity() != null);
        assertThat(metrics())
                .contains("\nweft_certificate_failures 0\n")
                .contains("\nweft_certificate_failing_since_timestamp_seconds 0\n");
        control.goAway();
        clock.move(Duration.ofMinutes(50));
        loops.next().submit(wiring.clockWatch()::look).syncUninterruptibly();
        Waiting.until("a failure", () -> !metrics().contains("\nweft_certificate_failures 0\n"));
        assertThat(page("/ready").body()).contains("WEFT-D022: the certificate ends in ");
        assertThat(page("/status").body())
                .contains("WEFT-D022: the certificate ends in ")
                .contains("\"lastFailure\":\"UNAVAILABLE: ")
                .contains("\"refusals\":[]")
                .doesNotContain("\"failures\":0");
        assertThat(metrics())
                .doesNotContain("\nweft_certificate_failing_since_timestamp_seconds 0\n")
                .containsPattern("\nweft_certificate_seconds_to_end [45][0-9]{2}\\.");
        control.lifetime = Duration.ofHours(10);
        control.comeBack();
        Waiting.until("back", () -> metrics().contains("\nweft_certificate_failures 0\n"));
        assertThat(page("/ready").body()).doesNotContain("WEFT-D022");
    }

    @Test
    void renewsAtOnceAndCountsItWhenTheClockWasSetForward() {
        wiring.start();
        Waiting.until("a certificate", () -> metrics().contains("\nweft_certificate_renewals_total 1\n"));
        assertThat(metrics()).contains("weft_events_total{event=\"clock-jumped\"} 0\n");
        clock.move(Duration.ofMinutes(50));
        loops.next().submit(wiring.clockWatch()::look).syncUninterruptibly();
        Waiting.until("renewed", () -> metrics().contains("\nweft_certificate_renewals_total 2\n"));
        assertThat(metrics()).contains("weft_events_total{event=\"clock-jumped\"} 1");
        assertThat(control.proofs).containsExactly("token", FakeControlPlane.WORKLOAD.toString());
    }
}
