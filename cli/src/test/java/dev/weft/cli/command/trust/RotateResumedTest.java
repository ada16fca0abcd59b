package dev.weft.cli.command.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.Printed;
import dev.weft.cli.failure.ExitCode;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code weft trust rotate} where a command before it, or the control plane, did not come to its end. */
final class RotateResumedTest {

    /** Whoever was to sign had that much time. */
    private static final Duration LONG_GONE = Duration.ofSeconds(6);

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
    void followsOverTheEndOfTheControlPlane() throws Exception {
        operator.meshed("api");
        operator.waiting();
        Printed told = new Printed();
        CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(
                () -> operator.mesh().run(told, RotatingOperator::nobody, "trust", "rotate"));
        Waiting.until(() -> told.err().contains("publish the new anchor"));

        operator.mesh().stop();
        Waiting.until(() -> told.err().contains("the control plane does not answer; it is tried again for 1m"));
        operator.mesh().start();
        assertThat(operator.run("trust", "rotate", "--force-without", "api", "--yes"))
                .isZero();

        assertThat(exit.get(20, TimeUnit.SECONDS)).as(told.err()).isZero();
        assertThat(told.out()).contains("✓ mesh m has a new trust anchor");
    }

    @Test
    void saysWhenAnotherCommandTookBackWhatItWasToDo() throws Exception {
        operator.meshed("api");
        operator.waiting();
        Printed told = new Printed();
        CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(
                () -> operator.mesh().run(told, RotatingOperator::nobody, "trust", "rotate"));
        Waiting.until(() -> told.err().contains("publish the new anchor"));

        assertThat(operator.run("trust", "rotate", "--roll-back", "--yes", "--force-without", "api"))
                .isZero();

        assertThat(exit.get(20, TimeUnit.SECONDS)).isEqualTo(ExitCode.FAILED);
        assertThat(told.err()).contains("the rotation of mesh m was rolled back by another command (WEFT-T015)");
    }

    @Test
    void beginsAnewWhereTheCommandBeforeWasKilledBeforeItHadSigned() throws Exception {
        operator.mesh().start();
        Operators.begin(operator.mesh().state().control());
        operator.mesh().pass(LONG_GONE);

        assertThat(operator.run("trust", "rotate")).as(operator.printed().err()).isZero();

        assertThat(operator.printed().err()).contains("a rotation was started but got no issuer; it is started again");
        assertThat(operator.printed().out()).contains("✓ mesh m has a new trust anchor");
    }

    @Test
    void signsTheRequestThatACommandBeforeLeftIfItHasTheKeyOfItsAnchor() throws Exception {
        operator.mesh().start();
        operator.anchor("next");
        String id =
                Operators.begin(operator.mesh().state().control(), Files.readString(folder.resolve("next/anchor.pem")));
        operator.mesh().pass(LONG_GONE);

        JsonNode done = operator.json("trust", "rotate", "--out", operator.path("next"));

        assertThat(done.path("id").asString()).isEqualTo(id);
        assertThat(done.path("step").asString()).isEqualTo("done");
    }

    @Test
    void leavesAPreparedRotationToAnAnchorThatItDoesNotHave() throws Exception {
        operator.mesh().start();
        operator.anchor("kept");
        assertThat(operator.run("trust", "rotate", "--out", operator.path("kept")))
                .isZero();
        Operators.begin(operator.mesh().state().control());
        operator.mesh().pass(LONG_GONE);

        assertThat(operator.run("trust", "rotate")).isEqualTo(ExitCode.FAILED);
        assertThat(operator.printed().err())
                .contains("it waits for its issuer (WEFT-T011)")
                .contains("weft trust rotate --mesh m --roll-back");
    }
}
