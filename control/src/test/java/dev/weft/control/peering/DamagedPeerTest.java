package dev.weft.control.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Destination;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A control plane starts while the other is away, and what it kept of that one is damaged. */
final class DamagedPeerTest {

    private static final String SERVICE = "10.97.0.1:80";

    /** Damage to the file. */
    enum Damage {
        MISSING,
        EMPTY,
        CUT,
        FLIPPED
    }

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private Side sideA() throws IOException {
        return new Side("a.example", directory.resolve("a"), 0, "10.244.0.0/16");
    }

    @ParameterizedTest
    @EnumSource
    void anAddressOfTheOtherLeadsNowhereAndNeverIntoPlaintext(Damage damage) throws Exception {
        Path kept = directory.resolve("a/peers/b.example.peer");
        try (Side b = new Side("b.example", directory.resolve("b"), 0, "10.97.0.0/16", "10.243.0.0/16")) {
            b.has(Places.of("b.example", "10.97.0.1", "10.243.0.2"));
            try (Side a = sideA()) {
                b.declare(a);
                a.declare(b);
                Waiting.until(() -> a.destination(SERVICE).hasEndpoints() && Files.exists(kept));
            }
            try (Side again = sideA()) {
                again.declare(b, 1, TrustBundle.State.ACTIVE);
                assertThat(again.destination(SERVICE).hasEndpoints())
                        .as("what was kept, undamaged")
                        .isTrue();
            }
            damage(kept, damage);
            try (Side again = sideA()) {
                again.declare(b, 1, TrustBundle.State.ACTIVE);
                Destination destination = again.destination(SERVICE);
                assertThat(destination.hasUnreachable()).as("%s", destination).isTrue();
                assertThat(again.destination("10.243.0.2:8080").hasUnreachable())
                        .isTrue();
            }
        }
    }

    private static void damage(Path file, Damage damage) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        switch (damage) {
            case MISSING -> Files.delete(file);
            case EMPTY -> Files.write(file, new byte[0]);
            case CUT -> Files.write(file, Arrays.copyOf(whole, whole.length / 2));
            case FLIPPED -> {
                whole[whole.length / 2] ^= 4;
                Files.write(file, whole);
            }
        }
    }
}
