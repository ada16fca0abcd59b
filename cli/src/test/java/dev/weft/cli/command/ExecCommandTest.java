package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExecCommandTest {

    @Test
    void quotesEachWordSoThatAShellPassesItOnUnchanged() throws IOException, InterruptedException {
        List<String> words = List.of("plain", "two words", "it's", "$HOME `id` \\ \"", "", "-n", "line\nbreak");
        String line = "printf '<%s>' " + ExecCommand.quoted(words);
        Process shell = new ProcessBuilder("sh", "-c", line).start();
        String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).isZero();
        assertThat(printed).isEqualTo("<plain><two words><it's><$HOME `id` \\ \"><><-n><line\nbreak>");
    }
}
