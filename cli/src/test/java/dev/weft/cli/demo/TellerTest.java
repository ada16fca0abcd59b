package dev.weft.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.screen.Screen;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class TellerTest {

    private final StringWriter out = new StringWriter();
    private final Teller teller = new Teller(Screen.plain(new PrintWriter(out), new PrintWriter(out)));

    @Test
    void countsWhatDidNotHold() {
        teller.chapter("One chapter");
        assertThat(teller.check(true, "this held")).isTrue();
        assertThat(teller.check(false, "this did not")).isFalse();
        assertThat(teller.failures()).isEqualTo(1);
        assertThat(out.toString()).isEqualTo("\nOne chapter\n  ✓ this held\n  ✗ this did not\n");
    }

    @Test
    void breaksALongSentenceBetweenWords() {
        teller.detail("word ".repeat(40).strip());
        assertThat(out.toString().lines()).hasSize(3).allMatch(line -> line.length() <= 96 && line.endsWith("word"));
    }

    @Test
    void showsWhatIsWaitedForOnATerminalOnly() {
        teller.waiting("any time now");
        assertThat(out.toString()).isEmpty();
    }
}
