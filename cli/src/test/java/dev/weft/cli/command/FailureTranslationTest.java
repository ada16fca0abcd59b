package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.local.inspect.NoSuchMeshException;
import dev.weft.local.launch.MeshStartException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The codes of what the layers below throw. */
final class FailureTranslationTest {

    @Test
    void aMeshThatDidNotComeUpSaysWhatIsBehindIt() {
        CommandFailure failure = FailureTranslation.of(new MeshStartException(
                "mesh shop did not start", List.of("nft is not installed", "apt-get install nftables")));
        assertThat(failure.code()).isEqualTo("WEFT-L121");
        assertThat(failure.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(failure.what()).isEqualTo("mesh shop did not start");
        assertThat(failure.advice()).containsExactly("nft is not installed", "apt-get install nftables");
    }

    @Test
    void aMeshThatIsNotThereIsNotFound() {
        CommandFailure failure = FailureTranslation.of(new NoSuchMeshException("mesh shop is still starting"));
        assertThat(failure.code()).isEqualTo("WEFT-L101");
        assertThat(failure.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void aSidecarOrFileThatDoesNotAnswerHasACodeOfItsOwn() {
        CommandFailure failure = FailureTranslation.of(new IOException("sidecar of shop/web does not answer: refused"));
        assertThat(failure.code()).isEqualTo("WEFT-L108");
        assertThat(failure.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(failure.what()).isEqualTo("sidecar of shop/web does not answer: refused");
        assertThat(FailureTranslation.of(new IOException()).what()).isEqualTo("IOException");
    }
}
