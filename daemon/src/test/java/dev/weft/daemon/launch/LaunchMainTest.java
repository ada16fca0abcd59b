package dev.weft.daemon.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LaunchMainTest {

    private static final List<String> SEEN = new ArrayList<>();

    /** A program that fails where it is told to. */
    public static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws IOException {
            SEEN.clear();
            SEEN.addAll(List.of(arguments));
            if (SEEN.contains("--fail")) {
                throw new IOException("told to");
            }
        }
    }

    @Test
    void givesTheProgramItsOwnArguments() throws Exception {
        LaunchMain.main(new String[] {Program.class.getName(), "/usr/bin/program", "--flag", "value"});
        assertThat(SEEN).containsExactly("--flag", "value");
        LaunchMain.main(new String[] {Program.class.getName(), "/usr/bin/program"});
        assertThat(SEEN).isEmpty();
    }

    @Test
    void throwsWhatTheProgramThrows() {
        assertThatThrownBy(() -> LaunchMain.main(new String[] {Program.class.getName(), "/usr/bin/program", "--fail"}))
                .isInstanceOf(IOException.class)
                .hasMessage("told to");
    }

    @Test
    void refusesToStartWithoutAProgramOrItsPath() {
        assertThatThrownBy(() -> LaunchMain.main(new String[] {Program.class.getName()}))
                .hasMessageContaining("arguments: 1 (expected: a main class, a path");
        assertThatThrownBy(() -> LaunchMain.main(new String[] {"dev.weft.None", "/usr/bin/program"}))
                .isInstanceOf(ClassNotFoundException.class);
    }
}
