package dev.weft.control.join;

import dev.weft.control.token.JoinToken;
import dev.weft.control.token.Machine;
import java.util.Optional;

/**
 * A token in a list, whose message is made only for its page.
 *
 * @param user what joined by it; empty while it is open
 */
record ListedToken(JoinToken token, Optional<Machine> user) {

    static ListedToken open(JoinToken token) {
        return new ListedToken(token, Optional.empty());
    }

    static ListedToken used(Machine machine) {
        return new ListedToken(machine.token(), Optional.of(machine));
    }

    Page.Place place() {
        long created =
                token.grant().map(grant -> grant.created().getEpochSecond()).orElse(0L);
        return new Page.Place(created, token.id());
    }

    dev.weft.api.v1.JoinToken message() {
        return user.map(JoinMessages::used).orElseGet(() -> JoinMessages.of(token));
    }
}
