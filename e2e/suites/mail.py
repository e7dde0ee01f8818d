"""`cabana serve` and a real mail server: TLS, passwords, outages, and each mail exactly once."""

from contextlib import contextmanager

from harness.checks import Suite, contains, equal, eventually
from harness.mail_server import Certificate, MailServer, code_in, text_of
from harness.server import spare_port
from harness.world import PASSWORD, World

suite = Suite("mail")

FROM = "Cabana <no-reply@example.com>"
OUTAGE_SECONDS = 90  # how long a mail may take after the mail server is back


@contextmanager
def serving(world, mail, certificate):
    """`cabana serve` with this mail server; yields a World for it."""
    server = sibling(world, mail, certificate).start()
    try:
        yield World(server)
    finally:
        server.stop()


def sibling(world, mail, certificate):
    """A `cabana serve` with a data folder and a database of its own, not yet started."""
    flags = ["--smtp-url", mail.url, "--smtp-ca", str(certificate.authority), "--mail-from", FROM]
    return world.sibling("serve", flags)


def app_with_mail(here):
    """A pool that verifies addresses, and an app client of it."""
    return here.app(here.pool(AutoVerifiedAttributes=["email"]))


def sign_up(here, app):
    """Signs somebody up and returns (name, address)."""
    name, address = here.name(), here.email()
    here.public.sign_up(ClientId=app["ClientId"], Username=name, Password=PASSWORD,
                        UserAttributes=[{"Name": "email", "Value": address}])
    return name, address


def first_mail(mail, address, seconds=20):
    """Waits for a mail to this address."""
    return eventually(lambda: mail.mails(address), f"a mail to {address}", seconds)[0]


def failed_try(server):
    """Waits until the log says that a mail could not be delivered, and returns that line."""
    def lines():
        return [line for line in server.written().splitlines() if "message not delivered" in line]

    return eventually(lines, "a failed try in the log", seconds=30)[0]


def confirmed_by_mail(world, implicit):
    """Signs up and confirms with the code that came by mail."""
    certificate = Certificate()
    with MailServer(spare_port(), certificate, implicit) as mail:
        with serving(world, mail, certificate) as here:
            app = app_with_mail(here)
            name, address = sign_up(here, app)
            letter = first_mail(mail, address)
            equal(letter["From"], FROM, "From")
            equal(letter["To"], address, "To")
            equal(bool(letter["Message-ID"] and letter["Date"]), True, "Message-ID and Date")
            equal(mail.logins, [True], "log-ins")
            here.public.confirm_sign_up(
                ClientId=app["ClientId"], Username=name, ConfirmationCode=code_in(letter))
            contains(here.tokens(app, name), "AccessToken", "answer")


@suite.check("the code comes by mail over STARTTLS, with a password")
def _(world):
    confirmed_by_mail(world, implicit=False)


@suite.check("the code comes by mail over implicit TLS, with a password")
def _(world):
    confirmed_by_mail(world, implicit=True)


@suite.check("an invitation comes by mail with the temporary password in it")
def _(world):
    certificate = Certificate()
    with MailServer(spare_port(), certificate, implicit=True) as mail:
        with serving(world, mail, certificate) as here:
            address = here.email()
            here.admin.admin_create_user(
                UserPoolId=here.pool(), Username="guest", TemporaryPassword="Temp-0rary!",
                DesiredDeliveryMediums=["EMAIL"],
                UserAttributes=[{"Name": "email", "Value": address}])
            contains(text_of(first_mail(mail, address)), "Temp-0rary!", "mail")


@suite.check("a mail server that is down for a while gets the mail later, exactly once")
def _(world):
    certificate, port = Certificate(), spare_port()
    down = MailServer(port, certificate, implicit=True)
    with serving(world, down, certificate) as here:
        app = app_with_mail(here)
        name, address = sign_up(here, app)
        failed_try(here.server)
        with MailServer(port, certificate, implicit=True) as mail:
            letter = first_mail(mail, address, OUTAGE_SECONDS)
            here.public.confirm_sign_up(
                ClientId=app["ClientId"], Username=name, ConfirmationCode=code_in(letter))
            _, later = sign_up(here, app)
            first_mail(mail, later)
            equal(len(mail.mails(address)), 1, "mails to the first address")


@suite.check("a mail that waits when the program is killed is sent after the restart, once")
def _(world):
    certificate, port = Certificate(), spare_port()
    down = MailServer(port, certificate, implicit=True)
    server = sibling(world, down, certificate).start()
    here = World(server)
    app = app_with_mail(here)
    _, address = sign_up(here, app)
    # Until it is known that the first try failed, the mail could be under way.
    failed_try(server)
    server.kill()
    with MailServer(port, certificate, implicit=True) as mail:
        server.start()
        try:
            first_mail(mail, address, OUTAGE_SECONDS)
            _, later = sign_up(here, app)
            first_mail(mail, later)
            equal(len(mail.mails(address)), 1, "mails to the first address")
        finally:
            server.stop()


@suite.check("a mail server with a certificate nobody vouches for gets no mail")
def _(world):
    trusted, other, port = Certificate(), Certificate(), spare_port()
    with MailServer(port, other, implicit=True) as impostor:
        with serving(world, impostor, trusted) as here:
            app = app_with_mail(here)
            sign_up(here, app)
            contains(failed_try(here.server), "certificate", "why it failed")
            equal(impostor.received, [], "mails given to the impostor")
            equal(impostor.logins, [], "passwords given to the impostor")
