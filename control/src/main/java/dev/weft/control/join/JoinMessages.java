package dev.weft.control.join;

import dev.weft.api.v1.TokenUse;
import dev.weft.control.token.JoinToken;
import dev.weft.control.token.Machine;
import dev.weft.control.watch.MeshEndpoint;
import java.util.List;

/** Converts tokens and machines into messages for operators. */
final class JoinMessages {

    private static final int HEX = 16;

    private JoinMessages() {}

    static dev.weft.api.v1.JoinToken of(JoinToken token) {
        return builder(token).build();
    }

    static dev.weft.api.v1.JoinToken used(Machine machine) {
        return builder(machine.token())
                .setUse(TokenUse.newBuilder()
                        .setAt(machine.joined().getEpochSecond())
                        .setAddress(machine.joinedFrom()))
                .build();
    }

    static dev.weft.api.v1.Machine of(Machine machine, List<String> addresses, MeshEndpoint.Presence presence) {
        var message = dev.weft.api.v1.Machine.newBuilder()
                .setToken(used(machine))
                .setSerialNumber(machine.last().serialNumber().toString(HEX))
                .setRenewed(machine.last().issued().getEpochSecond())
                .setAddress(machine.last().address())
                .setCertificateEnds(machine.last().ends().getEpochSecond())
                .setRenewals(machine.renewals())
                .addAllAddresses(addresses)
                .setConnected(presence.connected());
        presence.since().ifPresent(since -> message.setSince(since.getEpochSecond()));
        machine.revoked().ifPresent(revoked -> message.setRevoked(revoked.getEpochSecond()));
        return message.build();
    }

    private static dev.weft.api.v1.JoinToken.Builder builder(JoinToken token) {
        var message = dev.weft.api.v1.JoinToken.newBuilder()
                .setId(token.id())
                .setIdentity(token.identity().toString())
                .setEnds(token.expires().getEpochSecond());
        token.granted().ifPresent(granted -> message.setCreated(granted.getEpochSecond()));
        token.workload().ifPresent(message::setWorkload);
        return message;
    }
}
