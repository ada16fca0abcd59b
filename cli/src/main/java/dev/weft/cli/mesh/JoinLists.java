package dev.weft.cli.mesh;

import dev.weft.api.v1.JoinOperatorGrpc.JoinOperatorBlockingStub;
import dev.weft.api.v1.ListMachinesRequest;
import dev.weft.api.v1.ListMachinesResponse;
import dev.weft.api.v1.ListTokensRequest;
import dev.weft.api.v1.ListTokensResponse;

/** Asks a control plane for whole lists of machines and tokens, page by page, until the deadline of the call. */
public final class JoinLists {

    private JoinLists() {}

    /** Returns all machines that joined, the latest first. */
    public static ListMachinesResponse machines(JoinOperatorBlockingStub operator) {
        ListMachinesRequest.Builder request = ListMachinesRequest.newBuilder().setPaged(true);
        ListMachinesResponse page = operator.listMachines(request.build());
        ListMachinesResponse.Builder all = page.toBuilder().clearNext();
        while (!page.getNext().isEmpty()) {
            page = operator.listMachines(request.setAfter(page.getNext()).build());
            all.addAllMachines(page.getMachinesList());
        }
        return all.build();
    }

    /** Returns all tokens that operators made, the newest first. */
    public static ListTokensResponse tokens(JoinOperatorBlockingStub operator) {
        ListTokensRequest.Builder request = ListTokensRequest.newBuilder().setPaged(true);
        ListTokensResponse page = operator.listTokens(request.build());
        ListTokensResponse.Builder all = page.toBuilder().clearNext();
        while (!page.getNext().isEmpty()) {
            page = operator.listTokens(request.setAfter(page.getNext()).build());
            all.addAllTokens(page.getTokensList());
        }
        return all.build();
    }
}
