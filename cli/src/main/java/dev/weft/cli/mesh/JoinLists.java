package dev.weft.cli.mesh;

import dev.weft.api.v1.JoinOperatorGrpc.JoinOperatorBlockingStub;
import dev.weft.api.v1.ListMachinesRequest;
import dev.weft.api.v1.ListMachinesResponse;
import dev.weft.api.v1.ListTokensRequest;
import dev.weft.api.v1.ListTokensResponse;
import java.util.function.Consumer;
import java.util.function.Function;

/** Asks a control plane for whole lists of machines and tokens, page by page, until the deadline of the call. */
public final class JoinLists {

    private JoinLists() {}

    /** Returns all machines that joined, the latest first. */
    public static ListMachinesResponse machines(JoinOperatorBlockingStub operator) {
        ListMachinesRequest.Builder request = ListMachinesRequest.newBuilder().setPaged(true);
        ListMachinesResponse.Builder all = ListMachinesResponse.newBuilder();
        pages(
                after -> operator.listMachines(request.setAfter(after).build()),
                ListMachinesResponse::getNext,
                all::mergeFrom);
        return all.clearNext().build();
    }

    /** Returns all tokens that operators made, the newest first. */
    public static ListTokensResponse tokens(JoinOperatorBlockingStub operator) {
        ListTokensRequest.Builder request = ListTokensRequest.newBuilder().setPaged(true);
        ListTokensResponse.Builder all = ListTokensResponse.newBuilder();
        pages(
                after -> operator.listTokens(request.setAfter(after).build()),
                ListTokensResponse::getNext,
                all::mergeFrom);
        return all.clearNext().build();
    }

    private static <P> void pages(Function<String, P> ask, Function<P, String> next, Consumer<P> take) {
        String after = "";
        do {
            P page = ask.apply(after);
            take.accept(page);
            after = next.apply(page);
        } while (!after.isEmpty());
    }
}
