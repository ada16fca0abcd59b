package dev.weft.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.SpiffeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The proxy runs without Bouncy Castle, so only what the control plane alone uses may mention it. */
class BouncyCastleBoundaryTest {

    @Test
    void onlyIssuingAndReadingRequestsMentionsBouncyCastle() throws Exception {
        Path classes = Path.of(SpiffeId.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> mentioning;
        try (Stream<Path> files = Files.walk(classes)) {
            mentioning = files.filter(file -> file.toString().endsWith(".class"))
                    .filter(BouncyCastleBoundaryTest::mentionsBouncyCastle)
                    .map(file -> classes.relativize(file).toString())
                    .toList();
        }

        assertThat(mentioning).isNotEmpty();
        assertThat(mentioning)
                .allMatch(file -> file.startsWith("dev/weft/identity/issue/")
                        || file.equals("dev/weft/identity/csr/CsrVerifier.class")
                        || file.equals("dev/weft/identity/csr/CsrSignature.class"));
    }

    private static boolean mentionsBouncyCastle(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("org/bouncycastle");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
