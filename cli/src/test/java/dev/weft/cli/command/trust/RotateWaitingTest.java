package dev.weft.cli.command.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code weft trust rotate} while sidecars do not follow: who is waited for, left behind, and the way back. */
final class RotateWaitingTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private RotatingOperator operator;

    @BeforeEach
    void begin() throws IOException {
        operator = new RotatingOperator(folder);
    }

    @AfterEach
    void end() {
        operator.close();
    }

    @Test
    void waitsForWhoeverDoesNotFollowAndNamesThem() throws Exception {
        operator.meshed("api", "web");
        operator.waiting();

        assertThat(operator.run("trust", "rotate", "--status")).isZero();
        assertThat(operator.printed().out())
                .contains(
                        "rotation of the trust anchor of mesh m\n  ✓ sign the new issuer\n  ▸ publish the new anchor  ░░░░")
                .contains("0 of 2 sidecars")
                .contains("      shop/api  it was never connected")
                .contains("      shop/web  it was never connected")
                .contains("  · retire the old anchor\n"
                        + "  to go on without waiting: weft trust rotate --mesh m"
                        + " --force-without shop/api --force-without shop/web\n"
                        + "  it can be rolled back: weft trust rotate --mesh m --roll-back\n");
        JsonNode status = operator.json("trust", "rotate", "--status");
        assertThat(status.path("step").asString()).isEqualTo("publish");
        assertThat(status.path("waitingFor").propertyNames()).containsExactly("shop/api", "shop/web");
    }

    @Test
    void leavesBehindThoseAloneWhoAreNamed() throws Exception {
        operator.meshed("api", "web");
        operator.waiting();

        assertThat(operator.run("trust", "rotate", "--resume", "--force-without", "wbe"))
                .isEqualTo(ExitCode.NOT_FOUND);
        assertThat(operator.printed().err()).contains("WEFT-L103").contains("did you mean shop/web?");
        assertThat(operator.run("trust", "rotate", "--resume", "--force-without", "web"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(operator.printed().err())
                .contains("Not waited for: shop/web.")
                .contains("WEFT-T012");
        assertThat(operator.run(_ -> Optional.of("n"), "trust", "rotate", "--resume", "--force-without", "web"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(operator.run("trust", "rotate", "--resume", "--force-without", "web", "--yes", "--timeout", "1s"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(operator.printed().err()).contains("0 of 1 sidecar (WEFT-T013)");
        assertThat(operator.run(_ -> Optional.of("y"), "trust", "rotate", "--force-without", "shop/api"))
                .as(operator.printed().err())
                .isZero();
        assertThat(operator.printed().out()).contains("not waited for: shop/api, shop/web");
    }

    @Test
    void aSidecarIsLeftBehindFromTheFirstStepOnWhereItIsNamedAtTheStart() throws Exception {
        operator.meshed("dead");

        assertThat(operator.run("trust", "rotate", "--force-without", "shop/dead", "--yes"))
                .as(operator.printed().err())
                .isZero();
        assertThat(operator.json("trust", "rotate", "--status")
                        .path("forcedWithout")
                        .path(0)
                        .asString())
                .isEqualTo("shop/dead");
    }

    @Test
    void rollsBackWhenThatIsConfirmed() throws Exception {
        operator.meshed("api");
        String before = operator.anchorKey();
        operator.waiting();

        assertThat(operator.run("trust", "rotate", "--roll-back")).isEqualTo(ExitCode.USAGE);
        assertThat(operator.printed().err()).contains("WEFT-T012").contains("--yes");
        assertThat(operator.run("trust", "rotate", "--roll-back", "--yes", "--force-without", "api"))
                .as(operator.printed().err())
                .isZero();

        assertThat(operator.printed().out()).contains("✓ mesh m rests on its former anchor and issuer again");
        assertThat(operator.anchorKey()).isEqualTo(before);
        assertThat(operator.run("trust", "rotate", "--roll-back", "--yes")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(operator.printed().err()).contains("no rotation runs in mesh m (WEFT-T010)");
        assertThat(operator.run("trust", "rotate", "--resume"))
                .as("it ended otherwise than who resumes it means")
                .isEqualTo(ExitCode.FAILED);
        assertThat(operator.printed().err()).contains("WEFT-T015");
    }

    @Test
    void doesNotTakeAnotherRotationForItsOwn() throws Exception {
        operator.meshed("api");
        operator.waiting();

        assertThat(operator.run("issuer", "rotate")).isEqualTo(ExitCode.FAILED);
        assertThat(operator.printed().err())
                .contains("one of the trust anchor (WEFT-T011)")
                .contains("weft trust rotate --mesh m --resume");
        assertThat(operator.run("trust", "rotate", "--emergency", "--yes")).isEqualTo(ExitCode.FAILED);
        assertThat(operator.printed().err()).contains("one that is no emergency (WEFT-T011)");
        operator.anchor("other");
        assertThat(operator.run(
                        "trust",
                        "rotate",
                        "--anchor",
                        operator.path("other/anchor.pem"),
                        "--anchor-key",
                        operator.path("other/anchor-key.pem")))
                .isEqualTo(ExitCode.FAILED);
        assertThat(operator.printed().err()).contains("one to another anchor (WEFT-T011)");
    }
}
