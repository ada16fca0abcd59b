package dev.weft.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class BoardTest {

    private static final String RED = "\u001b[31m";
    private static final String PLAIN = "\u001b[0m";

    @Test
    void drawsInThePlaceOfWhatItDrewBefore() {
        StringWriter err = new StringWriter();
        Screen screen = new Screen(
                new PrintWriter(new StringWriter()), new PrintWriter(err), true, true, true, OptionalInt.of(40));
        new Board(screen, _ -> List.of("one", "two")).close();

        assertThat(err.toString())
                .startsWith("\r\u001b[Jone\ntwo\n\u001b[2A\r\u001b[Jone\ntwo\n")
                .endsWith("one\ntwo\n");
    }

    @Test
    void cutsWhatIsTooLongForTheTerminal() {
        assertThat(Board.fit("12345", 5)).isEqualTo("12345");
        assertThat(Board.fit("123456", 5)).isEqualTo("1234…");
        assertThat(Board.fit(RED + "12345" + PLAIN, 5)).isEqualTo(RED + "12345" + PLAIN);
        assertThat(Board.fit("1" + RED + "23456" + PLAIN, 5)).isEqualTo("1" + RED + "234…" + PLAIN);
    }
}
