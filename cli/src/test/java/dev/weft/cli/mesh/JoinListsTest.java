package dev.weft.cli.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.JoinOperatorGrpc;
import dev.weft.api.v1.JoinToken;
import dev.weft.api.v1.ListMachinesRequest;
import dev.weft.api.v1.ListMachinesResponse;
import dev.weft.api.v1.ListTokensRequest;
import dev.weft.api.v1.ListTokensResponse;
import dev.weft.api.v1.Machine;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.control.operator.OperatorServer;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists that a control plane gives in pages. */
final class JoinListsTest {

    private static final int PAGES = 5;

    /** Gives one item a page. */
    private static final class Paging extends JoinOperatorGrpc.JoinOperatorImplBase {
        private static int number(String after) {
            return after.isEmpty() ? 0 : Integer.parseInt(after);
        }

        private static JoinToken token(int number) {
            return JoinToken.newBuilder().setId("id" + number).build();
        }

        private static String next(int number) {
            return number + 1 == PAGES ? "" : Integer.toString(number + 1);
        }

        @Override
        public void listMachines(ListMachinesRequest request, StreamObserver<ListMachinesResponse> responses) {
            assertThat(request.getPaged()).isTrue();
            int number = number(request.getAfter());
            responses.onNext(ListMachinesResponse.newBuilder()
                    .addMachines(Machine.newBuilder().setToken(token(number)))
                    .setNext(next(number))
                    .setNow(7)
                    .build());
            responses.onCompleted();
        }

        @Override
        public void listTokens(ListTokensRequest request, StreamObserver<ListTokensResponse> responses) {
            assertThat(request.getPaged()).isTrue();
            int number = number(request.getAfter());
            responses.onNext(ListTokensResponse.newBuilder()
                    .addTokens(token(number))
                    .setNext(next(number))
                    .setNow(7)
                    .build());
            responses.onCompleted();
        }
    }

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private OperatorServer server;

    @SuppressWarnings("NullAway.Init")
    private OperatorChannel channel;

    @SuppressWarnings("NullAway.Init")
    private JoinOperatorGrpc.JoinOperatorBlockingStub operator;

    @BeforeEach
    void start() throws IOException {
        server = OperatorServer.start(directory, List.of(new Paging()));
        channel = OperatorChannel.open(directory);
        operator = JoinOperatorGrpc.newBlockingStub(channel.channel());
    }

    @AfterEach
    void stop() {
        channel.close();
        server.close();
    }

    @Test
    void machinesOfAllPagesAreOneList() {
        ListMachinesResponse all = JoinLists.machines(operator);
        assertThat(all.getMachinesList())
                .extracting(machine -> machine.getToken().getId())
                .containsExactly("id0", "id1", "id2", "id3", "id4");
        assertThat(all.getNow()).isEqualTo(7);
    }

    @Test
    void tokensOfAllPagesAreOneList() {
        assertThat(JoinLists.tokens(operator).getTokensList())
                .extracting(JoinToken::getId)
                .containsExactly("id0", "id1", "id2", "id3", "id4");
    }
}
