package dev.weft.proxy.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CaptureMainTest {

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void printsTheRulesOfASidecarThatIsKnownByItsUser() throws Exception {
        assertThat(run(Map.of(), "--print")).isZero();
        assertThat(out())
                .contains(
                        "meta skuid 1056 ct mark set",
                        "redirect to :15001",
                        "redirect to :15006",
                        "tcp dport 15008 return")
                .doesNotContain("socket mark", "chain datagrams");
    }

    @Test
    void takesEachFlagFromItsVariableToo() throws Exception {
        Map<String, String> variables = Map.of(
                "WEFT_SKIP_INBOUND_PORTS", "15020, 22",
                "WEFT_SKIP_OUTBOUND_PORTS", "53",
                "WEFT_EXCLUDED_CIDRS", "10.0.0.0/8,fd00::/8",
                "WEFT_STRICT", "true",
                "WEFT_UDP_PORTS", "514",
                "WEFT_MARK", "0",
                "WEFT_UID", "2000");
        assertThat(run(variables, "--print", "--skip-outbound-ports", "123")).isZero();
        assertThat(out())
                .contains("tcp dport { 22, 15020 } return", "tcp dport { 123 } return", "udp dport { 514 } return")
                .contains("ip daddr 10.0.0.0/8 return", "ip6 daddr fd00:0:0:0:0:0:0:0/8 return", "skuid 2000");
    }

    @Test
    void emptyVariablesSayNothing() throws Exception {
        Map<String, String> variables = Map.of("WEFT_SKIP_INBOUND_PORTS", "", "WEFT_UDP_PORTS", "");
        assertThat(run(variables, "--print")).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--skip-inbound-ports | 22,x | --skip-inbound-ports: 22,x (expected: ports from 1 to 65535, for example 22,9100)",
                "--skip-inbound-ports | 22,, | --skip-inbound-ports: 22,, (expected: ports from 1 to 65535, for example 22,9100)",
                "--skip-outbound-ports | 70000 | --skip-outbound-ports: 70000 (expected: ports from 1 to 65535",
                "--udp-ports | 0 | --udp-ports: 0 (expected: ports from 1 to 65535",
                "--excluded-cidrs | 10.0.0.0/33 | --excluded-cidrs: 10.0.0.0/33 (expected: address ranges",
                "--excluded-cidrs | 1.2.3.4; drop | --excluded-cidrs: 1.2.3.4; drop (expected: address ranges",
                "--strict | yes | --strict: yes (expected: true or false)",
                "--uid | 0 | --uid: 0 (expected: a user's number, 1 or more",
                "--uid | weft | --uid: weft (expected: a user's number, 1 or more",
                "--mark | x | --mark: x (expected: a number",
                "--tunnel-port | 15006 | (expected: all different)",
                "--skip-ports | 1 | --skip-ports: no such flag",
            })
    void refusesWhatItCannotUse(String flag, String value, String message) throws Exception {
        assertThat(run(Map.of(), "--print", flag, value)).isEqualTo(2);
        assertThat(err()).startsWith("weft-init: ").contains(message);
        assertThat(out()).isEmpty();
    }

    @Test
    void refusesNeitherUserNorMark() throws Exception {
        assertThat(run(Map.of(), "--print", "--uid", "")).isEqualTo(2);
        assertThat(err()).contains("mark: 0 without a uid");
    }

    @Test
    void refusesListsWithoutEnd() throws Exception {
        String ports = IntStream.rangeClosed(1, CaptureMain.MAX_ENTRIES + 1)
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(","));
        assertThat(run(Map.of(), "--print", "--udp-ports", ports)).isEqualTo(2);
        assertThat(err()).contains("--udp-ports: 4097 entries (expected: at most 4096)");
    }

    @Test
    void saysThatNftIsMissing() throws Exception {
        assertThat(run(Map.of(), "--nft", directory.resolve("none").toString())).isEqualTo(1);
        assertThat(err()).contains("cannot be started (expected: nftables is installed)");
    }

    @Test
    void saysWhatNftSaysWhenItFails() throws Exception {
        String nft = program("cat >/dev/null; echo 'Could not process rule: No such file or directory'; exit 1");
        assertThat(run(Map.of(), "--nft", nft)).isEqualTo(1);
        assertThat(err())
                .contains("cannot load the rules, exit status 1: Could not process rule: No such file or directory")
                .contains("(expected: a kernel with nf_tables");
    }

    @Test
    void doesNotTakeTheProgramsWordForIt() throws Exception {
        assertThat(run(Map.of(), "--nft", program("cat >/dev/null"))).isEqualTo(1);
        assertThat(err()).contains("the table inet weft is not there or not whole");
        assertThat(out()).isEmpty();
    }

    private String program(String script) throws IOException {
        Path file = Files.writeString(directory.resolve("nft"), "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file.toString();
    }

    private int run(Map<String, String> variables, String... arguments) throws InterruptedException {
        return CaptureMain.run(
                List.of(arguments),
                variables,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
