package dev.weft.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class AppUserTest {

    private static final List<String> PASSWD =
            List.of("root:x:0:0:root:/root:/bin/sh", "postgres:x:104:110::/var/lib/postgresql:/bin/bash");

    @Test
    void becomesAKnownUserWithItsGroups() throws Exception {
        assertThat(AppUser.parse("postgres", PASSWD).command())
                .containsExactly("setpriv", "--reuid", "104", "--regid", "110", "--init-groups", "--");
        assertThat(AppUser.parse("104:5", PASSWD)).isEqualTo(new AppUser("104", "5", true));
    }

    @Test
    void becomesANumberThatNobodyHasWithoutFurtherGroups() throws Exception {
        assertThat(AppUser.parse("4242", PASSWD).command())
                .containsExactly("setpriv", "--reuid", "4242", "--regid", "4242", "--clear-groups", "--");
    }

    @Test
    void refusesANameThatNobodyHas() {
        assertThatThrownBy(() -> AppUser.parse("ghost", PASSWD)).hasMessageContaining("user: ghost");
    }

    @Test
    void knowsAUserNamespaceThatHasOneUser() {
        assertThat(AppUser.allUsersMapped("         0          0 4294967295\n")).isTrue();
        assertThat(AppUser.allUsersMapped("         0       1000          1\n")).isFalse();
    }
}
