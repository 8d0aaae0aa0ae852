"""A hospital's ERP: hands in an order by SOAP, or fetches what waits for it. It knows the WSDL and nothing else.

python erp.py http://127.0.0.1:8080/soap/erp order 4500012345
python erp.py http://127.0.0.1:8080/soap/erp fetch 3
"""

import json
import sys

import zeep


def order(wharf: zeep.Client, number: str) -> None:
    """Hands in an order of two lines to the supplier acme."""
    purchase_order = wharf.get_element("{urn:wharf:supply:v1}purchase_order")
    lines = [("1", "GLV-N-M", "12", "BX", "13.45"), ("2", "SAL-1000", "4", "CA", "31.20")]
    document = purchase_order(
        number=number,
        issueDate="2026-11-20",
        purpose="original",
        purposeCode="00",
        orderType="NE",
        currency="USD",
        lines=[
            {
                "lineNumber": line,
                "item": {"identifiers": [{"scheme": "SELLER", "qualifier": "VN", "value": item}]},
                "quantity": {"value": quantity, "unitCode": unit},
                "price": {"amount": price},
            }
            for line, item, quantity, unit, price in lines
        ],
    )
    answer = wharf.service.SubmitDocument(
        documentType="purchase_order", partner="acme", content=document, idempotencyKey=number
    )
    print(f"order {number}: {answer.outcome}, {answer.summary}")


def fetch(wharf: zeep.Client, count: int) -> None:
    """Fetches and confirms until so many documents came, and prints what each says."""
    while count > 0:
        waiting = wharf.service.GetDocuments(max=20, wait=30) or []
        for each in waiting:
            if each.name.endswith(".json"):
                document = json.loads(each.content)
                print(f"{document['documentType']} {document['number']} for order {document.get('orderNumber')}")
                count -= 1
        if waiting:
            wharf.service.ConfirmDocuments(ids=[each.id for each in waiting])


def main() -> None:
    """Does what the command line asks for."""
    address, what, value = sys.argv[1:]
    wharf = zeep.Client(f"{address}?wsdl")
    if what == "order":
        order(wharf, value)
    else:
        fetch(wharf, int(value))


if __name__ == "__main__":
    main()
