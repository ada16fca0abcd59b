package dev.weft.control.certify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditFileTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void anEventAfterAFullDiskHasALineOfItsOwn() {
        SmallDisk disk = new SmallDisk(20);
        try (AuditLog audit = new AuditFile(Path.of("audit"), disk, false)) {
            audit.record(Map.of("event", "one"));
            assertThat(audit.problem()).isEmpty();
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> audit.record(Map.of("event", "two")))
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessageContaining("audit log audit: cannot be written");
                assertThat(audit.problem().orElseThrow()).startsWith("WEFT-C135: audit log audit cannot be written");
            }
            disk.free = Integer.MAX_VALUE;
            audit.record(Map.of("event", "three"));
            assertThat(audit.problem()).isEmpty();
            audit.record(Map.of("event", "four"));
        }
        assertThat(disk.written.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("{\"event\":\"one\"}", "{\"ev", "{\"event\":\"three\"}", "{\"event\":\"four\"}");
    }

    @Test
    void anEventAfterALineThatAnEarlierProcessCutOffHasALineOfItsOwn() throws Exception {
        Path file = Files.writeString(directory.resolve("audit"), "{\"event\":\"on");
        for (String event : new String[] {"two", "three"}) {
            try (AuditLog audit = AuditLog.toFile(file)) {
                audit.record(Map.of("event", event));
            }
        }
        assertThat(file).hasContent("{\"event\":\"on\n{\"event\":\"two\"}\n{\"event\":\"three\"}\n");
    }

    /** A disk with room for so many octets. */
    private static final class SmallDisk implements WritableByteChannel {

        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private int free;

        SmallDisk(int free) {
            this.free = free;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            if (free == 0) {
                throw new IOException("No space left on device");
            }
            byte[] some = new byte[Math.min(free, source.remaining())];
            source.get(some);
            written.writeBytes(some);
            free -= some.length;
            return some.length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
