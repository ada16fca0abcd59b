package dev.weft.proxy.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Loads the rules into a network namespace of their own: the kernel is the judge of the script. */
final class CaptureNamespaceTest {

    private static final long TIMEOUT_SECONDS = 30;

    @Test
    void kernelAcceptsTheRulesAgainAndAgainAndForgetsThem() throws Exception {
        CaptureSettings settings = CaptureSettings.standard()
                .skipping(List.of(22), List.of(53))
                .excluding(List.of("10.0.0.0/8", "fd00::/8"));
        String listing = inNamespace("""
                set -e
                nft -f - <<'END'
                %1$sEND
                nft -f - <<'END'
                %1$sEND
                nft list ruleset
                nft -f - <<'END'
                %2$sEND
                nft -f - <<'END'
                %2$sEND
                echo left: $(nft list ruleset | wc -l)
                """.formatted(CaptureRules.install(settings), CaptureRules.remove()));
        assertThat(listing).containsOnlyOnce("chain outbound").contains("redirect to :15001", "left: 0");
    }

    @Test
    void refusesOutboundConnectionsWhileNoSidecarListens() throws Exception {
        String output = inNamespace("""
                set -e
                ip link set lo up
                ip link add eth0 type veth peer name peer0
                ip addr add 10.9.0.2/24 dev eth0
                ip link set eth0 up
                ip link set peer0 up
                nft -f - <<'END'
                %sEND
                set +e
                timeout 5 bash -c 'exec 3<>/dev/tcp/10.9.0.99/80' 2>&1
                echo status $?
                """.formatted(CaptureRules.install(CaptureSettings.standard())));
        assertThat(output).contains("Connection refused", "status 1");
    }

    private static String inNamespace(String script) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("unshare"));
        if (!"root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("-U", "-r"));
        }
        command.addAll(List.of("-n", "sh", "-c", script));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (old, more) -> old + ":" + more);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                .as(output)
                .isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
