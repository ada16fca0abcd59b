package dev.weft.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RotatingLogTest {

    @TempDir
    Path directory;

    @Test
    void startsANewFileAtTheLimitAndKeepsTheLast() throws Exception {
        RotatingLog log = new RotatingLog(directory.resolve("app.log"), 10);
        for (String line : new String[] {"first\n", "second\n", "third\n"}) {
            log.copy(new ByteArrayInputStream(line.getBytes(StandardCharsets.US_ASCII)));
        }
        assertThat(Files.readString(directory.resolve("app.log"))).isEqualTo("third\n");
        assertThat(Files.readString(log.previous())).isEqualTo("second\n");
    }

    @Test
    void readsOnWhenTheFileCannotBeWritten() {
        ByteArrayInputStream output = new ByteArrayInputStream(new byte[100_000]);
        new RotatingLog(directory.resolve("absent/app.log"), 10).copy(output);
        assertThat(output.available()).isZero();
    }
}
